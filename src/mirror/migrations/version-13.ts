// Version 13 of the mirror keeps the orders that a person has put on hold.

/** A table of its own: nothing that changes an order or its payment, such as an import, touches a hold. */
export const VERSION_13 = `
CREATE TABLE holds (
  order_id TEXT PRIMARY KEY REFERENCES orders (order_id),
  note TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  os_user TEXT NOT NULL
) STRICT;
`
