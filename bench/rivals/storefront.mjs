// The part of TicketBase's schema that the benchmark reads, as one would write it in Node: SDL, resolvers, loaders.

import DataLoader from "dataloader";
import { Reads } from "./database.mjs";

export const typeDefs = /* GraphQL */ `
  scalar DateTime
  scalar BigInt
  type Query {
    event(by: EventBy!): Event
    events(first: Int, orderBy: [EventOrder!]): EventConnection!
    holds: [Hold!]!
    viewer: Viewer
  }
  type Viewer { orders(first: Int): OrderConnection }
  type OrderConnection { nodes: [Order!]! }
  enum OrderStatus { PENDING_APPROVAL PENDING CONFIRMED EXPIRED CANCELLED }
  enum TicketStatus { RESERVED VALID BLOCKED VOIDED }
  type Order { id: ID! number: String! status: OrderStatus! createdAt: DateTime! total: Money! lines: [OrderLine!]! }
  type OrderLine { id: ID! position: Int! price: Money! ticket: Ticket }
  type Ticket { id: ID! code: String! status: TicketStatus! ticketType: TicketType event: Event }
  input EventBy { id: ID slug: String }
  enum EventOrder { STARTS_AT_ASC }
  enum EventStatus { DRAFT PUBLISHED POSTPONED CANCELLED COMPLETED ARCHIVED }
  enum HoldStatus { ACTIVE CONVERTED RELEASED EXPIRED REVOKED }
  type EventConnection { nodes: [Event!]! }
  type Event {
    id: ID! slug: String! title: String! status: EventStatus! startsAt: DateTime! endsAt: DateTime! timeZone: String! version: Int!
    venue: Venue ticketTypes: [TicketType!]! pools: [Pool!]
  }
  type Venue { id: ID! name: String! city: String! }
  type TicketType { id: ID! name: String! position: Int! price: Money! event: Event }
  type Money { amountMinor: BigInt! currency: String! }
  type Pool { id: ID! name: String! capacity: Int! held: Int! sold: Int! }
  type Hold { id: ID! status: HoldStatus! expiresAt: DateTime! lines: [HoldLine!]! }
  type HoldLine { quantity: Int! ticketType: TicketType }
`;

const EVENT = "id, slug, title, status, starts_at, ends_at, time_zone, venue_id, version";
const TYPE = "id, event_id, name, price_minor, currency, position";
const STATEMENTS = {
  events: `SELECT ${EVENT} FROM events ORDER BY starts_at, id LIMIT $1`,
  eventBySlug: `SELECT ${EVENT} FROM events WHERE slug = $1`,
  eventsById: `SELECT ${EVENT} FROM events WHERE id = ANY($1::uuid[])`,
  venues: "SELECT id, name, city FROM venues WHERE id = ANY($1::uuid[])",
  typesOfEvents: `SELECT ${TYPE} FROM ticket_types WHERE event_id = ANY($1::uuid[]) ORDER BY position, id`,
  typesById: `SELECT ${TYPE} FROM ticket_types WHERE id = ANY($1::uuid[])`,
  pools: "SELECT id, event_id, name, capacity, held, sold FROM pools WHERE event_id = ANY($1::uuid[]) ORDER BY name, id",
  orders: `SELECT id, number, status, created_at, total_minor, currency FROM orders WHERE buyer = $1
    ORDER BY created_at DESC, id DESC LIMIT $2`,
  linesOfOrders: `SELECT l.id, l.order_id, l.position, l.price_minor, o.currency FROM order_lines l
    JOIN orders o ON o.organization_id = l.organization_id AND o.id = l.order_id
    WHERE l.order_id = ANY($1::uuid[]) ORDER BY l.order_id, l.position`,
  ticketsOfLines: `SELECT id, order_line_id, code, status, event_id, ticket_type_id FROM tickets WHERE order_line_id = ANY($1::uuid[])`,
  holds: `SELECT h.id, h.status, h.expires_at, l.ticket_type_id, l.quantity FROM (
      SELECT * FROM holds WHERE buyer = $1 AND status = 'ACTIVE' AND expires_at > app_now() ORDER BY created_at DESC, id DESC LIMIT 100
    ) h JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
    ORDER BY h.created_at DESC, h.id DESC, l.ticket_type_id`,
};

// What one operation works with: its read transaction, its loaders, its caller.
export function contextOf(caller) {
  const reads = new Reads(caller.organizationId);
  const read = (name, ...values) => reads.rows(name, STATEMENTS[name], values);
  const one = (name, by = "id") => new DataLoader(async (keys) => inOrder(keys, await read(name, keys), by));
  const many = (name, by = "event_id") => new DataLoader(async (keys) => grouped(keys, await read(name, keys), by));
  return {
    caller,
    reads,
    read,
    events: one("eventsById"),
    types: one("typesById"),
    venues: one("venues"),
    typesOfEvents: many("typesOfEvents"),
    pools: many("pools"),
    linesOfOrders: many("linesOfOrders", "order_id"),
    ticketsOfLines: one("ticketsOfLines", "order_line_id"),
  };
}

function inOrder(keys, rows, by) {
  const found = new Map(rows.map((row) => [row[by], row]));
  return keys.map((key) => found.get(key) ?? null);
}

function grouped(keys, rows, by) {
  const groups = new Map(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(row[by]).push(row);
  return keys.map((key) => groups.get(key));
}

const show = (typename) => (row) =>
  Buffer.concat([Buffer.from(`${typename}:`), Buffer.from(row.id.replaceAll("-", ""), "hex")]).toString("base64url");
const time = (column) => (row) => row[column].toISOString().replace(".000Z", "Z");
const text = (column) => (row, _args, context) =>
  context.caller.locales.map((locale) => row[column][locale]).find(Boolean) ?? Object.values(row[column])[0] ?? "";

export const resolvers = {
  Query: {
    event: async (_root, { by }, context) =>
      by.slug ? ((await context.read("eventBySlug", by.slug))[0] ?? null) : context.events.load(by.id),
    events: async (_root, { first }, context) => {
      const rows = await context.read("events", (first ?? 20) + 1);
      return { nodes: rows.slice(0, first ?? 20) };
    },
    holds: async (_root, _args, context) => {
      const holds = new Map();
      for (const row of await context.read("holds", `person:${context.caller.personId}`)) {
        const hold = holds.get(row.id) ?? { ...row, lines: [] };
        hold.lines.push(row);
        holds.set(row.id, hold);
      }
      return [...holds.values()];
    },
    viewer: () => ({}),
  },
  Viewer: {
    orders: async (_viewer, { first }, context) => {
      const rows = await context.read("orders", `person:${context.caller.personId}`, (first ?? 20) + 1);
      return { nodes: rows.slice(0, first ?? 20) };
    },
  },
  Order: {
    id: show("Order"),
    createdAt: time("created_at"),
    total: (row) => ({ amountMinor: Number(row.total_minor), currency: row.currency }),
    lines: (row, _args, context) => context.linesOfOrders.load(row.id),
  },
  OrderLine: {
    id: show("OrderLine"),
    price: (row) => ({ amountMinor: Number(row.price_minor), currency: row.currency }),
    ticket: (row, _args, context) => context.ticketsOfLines.load(row.id),
  },
  Ticket: {
    id: show("Ticket"),
    code: (row) => row.code.match(/.{4}/g).join("-"),
    ticketType: (row, _args, context) => context.types.load(row.ticket_type_id),
    event: (row, _args, context) => context.events.load(row.event_id),
  },
  Event: {
    id: show("Event"),
    title: text("title"),
    startsAt: time("starts_at"),
    endsAt: time("ends_at"),
    timeZone: (row) => row.time_zone,
    venue: (row, _args, context) => (row.venue_id ? context.venues.load(row.venue_id) : null),
    ticketTypes: (row, _args, context) => context.typesOfEvents.load(row.id),
    pools: (row, _args, context) => context.pools.load(row.id),
  },
  Venue: { id: show("Venue") },
  TicketType: {
    id: show("TicketType"),
    name: text("name"),
    price: (row) => ({ amountMinor: Number(row.price_minor), currency: row.currency }),
    event: (row, _args, context) => context.events.load(row.event_id),
  },
  Pool: { id: show("Pool") },
  Hold: { id: show("Hold"), expiresAt: time("expires_at") },
  HoldLine: { ticketType: (row, _args, context) => context.types.load(row.ticket_type_id) },
};
