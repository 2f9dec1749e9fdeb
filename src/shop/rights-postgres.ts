// What PostgreSQL says of the user's rights: its own, those of everybody, and those of each role that it may take.
import type { Right } from './rights.js'
import type { Row, Session } from './session.js'

/** @throws what the driver throws */
export async function postgresRights(session: Session): Promise<readonly Right[]> {
  const roles = await session.all(ROLES)
  // May do everything, and asked table by table would only make the list long.
  if (roles.some((role) => role['rolsuper'] === 't')) return [onNothing('SUPERUSER')]
  const attributes = Object.entries(ATTRIBUTES).filter(([column]) => roles.some((role) => role[column] === 't'))
  const ready = roles.map((role) => role['rolname'] ?? '').filter((name) => name.startsWith('pg_'))
  const objects = await session.all(OBJECTS)
  return [
    ...attributes.map(([, privilege]) => onNothing(privilege)),
    ...ready.map((name) => onNothing(`ROLE ${name}`)),
    ...objects.map(rightOf),
  ]
}

const onNothing = (privilege: string): Right => ({ privilege, where: 'server', table: null, columns: null, on: '' })

/** A name of null is the schema itself, no schema the database. */
function rightOf({ own, schema = null, name = null, privilege, columns = null }: Row): Right {
  const isShop = own === 't'
  return {
    privilege: privilege ?? '',
    where: isShop ? 'shop' : 'elsewhere',
    table: name ?? '',
    columns: columns === null ? null : (JSON.parse(columns) as string[]),
    on: name !== null ? `${isShop ? '' : `${schema}.`}${name}` : schema === null ? 'DATABASE' : `SCHEMA ${schema}`,
  }
}

const ATTRIBUTES = {
  rolcreaterole: 'CREATEROLE',
  rolcreatedb: 'CREATEDB',
  rolreplication: 'REPLICATION',
  rolbypassrls: 'BYPASSRLS',
} as const

/** The user itself and every role that it may take; whoever may take all is a superuser. */
const MINE = `SELECT * FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')`

const ROLES = `SELECT rolname, rolsuper, ${Object.keys(ATTRIBUTES).join(', ')} FROM (${MINE}) mine ORDER BY rolname`

const may = (condition: string): string => `EXISTS (SELECT FROM mine WHERE ${condition})`

/** Views that came with an extension are the server's. Column by column only where it is not the whole table. */
const OBJECTS = `
WITH mine AS (${MINE}),
schemas AS (
  SELECT oid, nspname, nspname = current_schema() AS own FROM pg_namespace
  WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
),
things AS (
  SELECT c.oid, c.relname, c.relowner, c.relkind, s.nspname, s.own FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
found AS (
  SELECT own, nspname, relname, 'OWNER' AS privilege, NULL AS columns FROM things WHERE ${may('mine.oid = relowner')}
  UNION ALL
  SELECT own, nspname, relname, p, NULL
  FROM things, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
  WHERE relkind <> 'S' AND ${may('has_table_privilege(mine.oid, things.oid, p)')}
  UNION ALL
  SELECT own, nspname, relname, p, NULL FROM things, unnest(ARRAY['USAGE', 'UPDATE']) p
  WHERE relkind = 'S' AND ${may('has_sequence_privilege(mine.oid, things.oid, p)')}
  UNION ALL
  SELECT own, nspname, relname, p, json_agg(a.attname ORDER BY a.attnum)::text
  FROM things JOIN pg_attribute a ON a.attrelid = things.oid AND a.attnum > 0 AND NOT a.attisdropped,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p
  WHERE relkind <> 'S' AND ${may('has_column_privilege(mine.oid, things.oid, a.attnum, p)')}
    AND NOT ${may('has_table_privilege(mine.oid, things.oid, p)')}
  GROUP BY own, nspname, relname, p
  UNION ALL
  SELECT own, nspname, relname, 'GRANT OPTION', NULL FROM things
  WHERE relkind <> 'S' AND ${may(`has_any_column_privilege(mine.oid, things.oid,
    'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION, REFERENCES WITH GRANT OPTION')`)}
  UNION ALL
  SELECT own, nspname, NULL, 'CREATE', NULL FROM schemas WHERE ${may(`has_schema_privilege(mine.oid, schemas.oid, 'CREATE')`)}
  UNION ALL
  SELECT false, NULL, NULL, 'CREATE', NULL
  WHERE ${may(`has_database_privilege(mine.oid, current_database(), 'CREATE')`)}
)
SELECT own, nspname AS schema, relname AS name, privilege, columns FROM found
ORDER BY relname IS DISTINCT FROM 'dtb_order', NOT own, nspname, relname, privilege`
