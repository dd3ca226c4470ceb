// Hashes passwords as Node programs do: bcryptjs, and scrypt with the digest before or behind its salt. Arguments: passwords.
import { randomBytes, scryptSync } from 'node:crypto'
import bcrypt from 'bcryptjs'

const hashed = password => {
  const text = randomBytes(16).toString('hex')
  const raw = randomBytes(16)
  const digest = salt => scryptSync(password, salt, 64).toString('hex')
  return {
    bcrypt: bcrypt.hashSync(password, 4),
    saltFirst: `${text}:${digest(text)}`,
    digestFirst: `${digest(text)}.${text}`,
    bytesAsSalt: `${raw.toString('hex')}:${digest(raw)}`,
  }
}

console.log(JSON.stringify(process.argv.slice(2).map(hashed)))
