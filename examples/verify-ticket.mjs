// Verifies ticket codes offline, with nothing but the published keys of an event and Node's own cryptography.
//
//   node verify-ticket.mjs keys.json < codes.txt             one code a line; one line of JSON for each
//   node verify-ticket.mjs keys.json --at 2031-05-01T19:00:00Z --revoked revoked.json < codes.txt
//
// keys.json is what GET /api/events/{id}/ticket-keys answers, revoked.json what GET /api/events/{id}/revoked-tickets does.
// docs/ticket-codes.md describes the bytes. This script was written from that page and shares no line with the platform.
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { argv, stdin } from 'node:process'
import { createInterface } from 'node:readline'

const BASE45 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const CONTEXT = Buffer.from('ticketbase ticket\0')
const FACTS = 36
const WHOLE = 100
const WITHOUT_END = 0xffffffff

class Unreadable extends Error {}

function option(name) {
  const at = argv.indexOf(name)
  return at < 0 ? undefined : argv[at + 1]
}

function fromBase45(text) {
  const bytes = []
  for (let at = 0; at < text.length; at += 3) {
    const group = [...text.slice(at, at + 3)].map((sign) => BASE45.indexOf(sign))
    const number = group.reduce((sum, value, place) => sum + value * 45 ** place, 0)
    if (group.includes(-1) || group.length === 1 || number >= 256 ** (group.length - 1)) throw new Unreadable()
    if (group.length === 3) bytes.push(number >> 8)
    bytes.push(number & 255)
  }
  return Buffer.from(bytes)
}

function fromBase64url(text) {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new Unreadable()
  return bytes
}

function judge(text, keys, revoked, now) {
  const code = text.startsWith('TB:') ? fromBase45(text.slice(3)) : fromBase64url(text)
  if (code.length !== WHOLE || code[0] !== 1) throw new Unreadable()
  const facts = code.subarray(0, FACTS)
  const kid = facts.subarray(1, 9).toString('base64url')
  const key = keys.get(kid)
  if (!key) return { outcome: 'UNKNOWN_KEY', kid }
  if (!verify(null, Buffer.concat([CONTEXT, facts]), key, code.subarray(FACTS))) return { outcome: 'FORGED' }
  const revision = facts.readUInt16BE(33)
  if (revision === 0 || facts[35] & ~1) throw new Unreadable()
  const id = facts.subarray(9, 25)
  const ticket = { ticket: id.toString('hex'), revision, complimentary: Boolean(facts[35] & 1) }
  const [from, until] = [facts.readUInt32BE(25), facts.readUInt32BE(29)]
  if (revision < (revoked.get(id.toString('base64url')) ?? 0)) return { outcome: 'REVOKED', ...ticket }
  if (now < from) return { outcome: 'NOT_YET_VALID', ...ticket }
  if (until !== WITHOUT_END && now >= until) return { outcome: 'EXPIRED', ...ticket }
  return { outcome: 'GENUINE', ...ticket }
}

const published = JSON.parse(readFileSync(argv[2], 'utf8'))
const keys = new Map(published.keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]))
const list = option('--revoked')
const revoked = new Map(list ? JSON.parse(readFileSync(list, 'utf8')).revoked : [])
const at = option('--at')
const now = (at ? Date.parse(at) : Date.now()) / 1000

for await (const line of createInterface({ input: stdin })) {
  try {
    console.log(JSON.stringify(judge(line, keys, revoked, now)))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    console.log(JSON.stringify({ outcome: 'UNREADABLE' }))
  }
}
