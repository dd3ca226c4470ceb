// One PostgreSQL pool; each operation reads in one transaction of its tenant, as row security asks for.

import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL_SIZE ?? 16) });

export class Reads {
  #opened;

  constructor(organizationId) {
    this.organizationId = organizationId;
  }

  // The rows of a statement, prepared under its name. The connection is taken with the first statement; the protocol queues the others.
  async rows(name, text, values) {
    this.#opened ??= this.#open();
    const connection = await this.#opened;
    return (await connection.query({ name, text, values })).rows;
  }

  async close() {
    if (!this.#opened) return;
    const connection = await this.#opened;
    await connection.query("ROLLBACK");
    connection.release();
  }

  async #open() {
    const connection = await pool.connect();
    await connection.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL app.organization_id = '${this.organizationId}'`);
    return connection;
  }
}
