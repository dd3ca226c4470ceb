-- What must hold at any moment, whatever crashed: each statement returns no row when all is well, and is read by audit.py.
-- Run them as the tables' owner, who sees all tenants, or inside one tenant.

-- audit: no pool is oversold, and no counter is below nothing
SELECT organization_id, id AS pool_id, capacity, held, sold
FROM pools
WHERE held < 0 OR sold < 0 OR held + sold > capacity;

-- audit: what a pool counts as held and sold is what its live holds took
SELECT p.organization_id, p.id AS pool_id, p.held + p.sold AS counted, coalesce(taken.quantity, 0) AS taken
FROM pools p
LEFT JOIN (
    SELECT l.organization_id, pool_id, sum(l.quantity) AS quantity
    FROM holds h
    JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
    CROSS JOIN unnest(l.pool_ids) AS pool_id
    WHERE h.status IN ('ACTIVE', 'CONVERTED')
    GROUP BY l.organization_id, pool_id
) taken ON taken.organization_id = p.organization_id AND taken.pool_id = p.id
WHERE p.held + p.sold <> coalesce(taken.quantity, 0);

-- audit: every event has an inventory
SELECT e.organization_id, e.id AS event_id
FROM events e
LEFT JOIN inventories i ON i.organization_id = e.organization_id AND i.event_id = e.id
WHERE i.event_id IS NULL;

-- audit: nothing moved later than the event's sequence tells
SELECT moved.organization_id, moved.event_id, moved.id, moved.moved_at, i.sequence
FROM (
    SELECT organization_id, event_id, id, moved_at FROM pools
    UNION ALL
    SELECT organization_id, event_id, id, moved_at FROM ticket_types
    UNION ALL
    SELECT organization_id, event_id, event_id, moved_at FROM seatings
    UNION ALL
    SELECT organization_id, event_id, event_id, max(moved_at) FROM seats GROUP BY organization_id, event_id
) moved
JOIN inventories i ON i.organization_id = moved.organization_id AND i.event_id = moved.event_id
WHERE moved.moved_at > i.sequence;

-- audit: a ticket type draws on pools of its own event
SELECT t.organization_id, t.id AS ticket_type_id, p.id AS pool_id
FROM ticket_types t
JOIN ticket_type_pools drawn ON drawn.organization_id = t.organization_id AND drawn.ticket_type_id = t.id
JOIN pools p ON p.organization_id = drawn.organization_id AND p.id = drawn.pool_id
WHERE p.event_id <> t.event_id;

-- audit: every hold has lines, and those of a live one name a ticket type and pools of its own event and tenant
SELECT h.organization_id, h.id AS hold_id, l.ticket_type_id
FROM holds h
LEFT JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
WHERE l.hold_id IS NULL OR h.status IN ('ACTIVE', 'CONVERTED') AND NOT (
    EXISTS (SELECT FROM ticket_types t WHERE t.organization_id = h.organization_id AND t.event_id = h.event_id AND t.id = l.ticket_type_id)
    AND cardinality(l.pool_ids) = (
        SELECT count(*) FROM pools p WHERE p.organization_id = h.organization_id AND p.event_id = h.event_id AND p.id = ANY (l.pool_ids)
    )
);

-- audit: every line belongs to a hold of its own tenant
SELECT l.organization_id, l.hold_id
FROM hold_lines l
WHERE NOT EXISTS (SELECT FROM holds h WHERE h.organization_id = l.organization_id AND h.id = l.hold_id);

-- audit: no row is under a tenant that does not exist
SELECT stray.place, stray.organization_id
FROM (
    SELECT DISTINCT 'holds' AS place, organization_id FROM holds
    UNION ALL
    SELECT DISTINCT 'hold_lines', organization_id FROM hold_lines
    UNION ALL
    SELECT DISTINCT 'idempotency_keys', organization_id FROM idempotency_keys
) stray
WHERE NOT EXISTS (SELECT FROM organizations o WHERE o.id = stray.organization_id);

-- audit: an idempotency key that led to a hold led to one that is there
SELECT k.organization_id, k.scope, k.key, k.result_id
FROM idempotency_keys k
WHERE k.deed IN ('holdTickets', 'holdSeats', 'holdBestAvailable')
    AND NOT EXISTS (SELECT FROM holds h WHERE h.organization_id = k.organization_id AND h.id = k.result_id);

-- audit: a pool that counts places has as many as there are seats not blocked and room to stand
SELECT c.organization_id, c.pool_id, p.capacity, sum(coalesce(c.standing, 0) + coalesce(open.seats, 0)) AS places
FROM seat_categories c
JOIN pools p ON p.organization_id = c.organization_id AND p.id = c.pool_id
LEFT JOIN (
    SELECT organization_id, event_id, category, count(*) AS seats FROM seats WHERE blocked_reason IS NULL GROUP BY 1, 2, 3
) open ON open.organization_id = c.organization_id AND open.event_id = c.event_id AND open.category = c.category
GROUP BY c.organization_id, c.pool_id, p.capacity
HAVING p.capacity <> sum(coalesce(c.standing, 0) + coalesce(open.seats, 0));

-- audit: a pool that counts places belongs to the event whose places it counts
SELECT c.organization_id, c.event_id, c.category, c.pool_id
FROM seat_categories c
JOIN pools p ON p.organization_id = c.organization_id AND p.id = c.pool_id
WHERE p.event_id <> c.event_id;

-- audit: a seat that is claimed or booked is of a category on sale, and names a hold of its own event
SELECT s.organization_id, s.event_id, s.seat_no, s.hold_id
FROM seats s
WHERE (s.hold_id IS NOT NULL OR s.booked) AND NOT (
    EXISTS (
        SELECT FROM seat_categories c
        WHERE c.organization_id = s.organization_id AND c.event_id = s.event_id AND c.category = s.category AND c.standing IS NULL
    )
    AND EXISTS (SELECT FROM holds h WHERE h.organization_id = s.organization_id AND h.event_id = s.event_id AND h.id = s.hold_id)
);

-- audit: the seats of an event are those of its plan, numbered without a gap
SELECT g.organization_id, g.event_id, v.seat_count, count(s.seat_no) AS seats, max(s.seat_no) AS last
FROM seatings g
JOIN seating_plan_versions v ON v.organization_id = g.organization_id AND v.id = g.plan_version_id
LEFT JOIN seats s ON s.organization_id = g.organization_id AND s.event_id = g.event_id
GROUP BY g.organization_id, g.event_id, v.seat_count
HAVING count(s.seat_no) <> v.seat_count OR max(s.seat_no) <> v.seat_count - 1 OR min(s.seat_no) <> 0;

-- audit: what a pool counts as sold is what its sold holds took
SELECT p.organization_id, p.id AS pool_id, p.sold, coalesce(taken.quantity, 0) AS taken
FROM pools p
LEFT JOIN (
    SELECT l.organization_id, pool_id, sum(l.quantity) AS quantity
    FROM holds h
    JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
    CROSS JOIN unnest(l.pool_ids) AS pool_id
    WHERE h.status = 'CONVERTED' AND h.sold_at IS NOT NULL
    GROUP BY l.organization_id, pool_id
) taken ON taken.organization_id = p.organization_id AND taken.pool_id = p.id
WHERE p.sold <> coalesce(taken.quantity, 0);

-- audit: a pool of seats counts as many held and sold as seats of its categories are claimed
SELECT p.organization_id, p.id AS pool_id, p.held, p.sold, claimed.held AS claimed, claimed.booked
FROM (
    SELECT c.organization_id, c.pool_id, count(s.seat_no) FILTER (WHERE NOT s.booked) AS held, count(s.seat_no) FILTER (WHERE s.booked) AS booked
    FROM seat_categories c
    LEFT JOIN seats s ON s.organization_id = c.organization_id AND s.event_id = c.event_id AND s.category = c.category
        AND (s.hold_id IS NOT NULL OR s.booked)
    WHERE c.standing IS NULL
    GROUP BY c.organization_id, c.pool_id
) claimed
JOIN pools p ON p.organization_id = claimed.organization_id AND p.id = claimed.pool_id
WHERE p.held <> claimed.held OR p.sold <> claimed.booked;

-- audit: a claimed seat is named by a live hold of its event, is claimed for as long as that lasts, and is booked when that is sold
SELECT s.organization_id, s.event_id, s.seat_no, s.hold_id
FROM seats s
LEFT JOIN holds h ON h.organization_id = s.organization_id AND h.event_id = s.event_id AND h.id = s.hold_id
WHERE (s.hold_id IS NOT NULL OR s.booked) AND (
    h.id IS NULL OR h.status NOT IN ('ACTIVE', 'CONVERTED')
    OR s.booked <> (h.sold_at IS NOT NULL)
    OR h.status = 'ACTIVE' AND s.claimed_until <> h.expires_at
    OR h.status = 'CONVERTED' AND NOT s.booked AND s.claimed_until < '9999-01-01 00:00:00+00'
    OR NOT EXISTS (
        SELECT FROM hold_lines l WHERE l.organization_id = h.organization_id AND l.hold_id = h.id AND s.id = ANY (l.seat_ids)
    )
);

-- audit: the seats that a live hold names are its own, and a line of seats names as many as it counts
SELECT l.organization_id, l.hold_id, l.ticket_type_id
FROM holds h
JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
WHERE h.status IN ('ACTIVE', 'CONVERTED') AND (
    (
        SELECT count(*) FROM seats s WHERE s.organization_id = h.organization_id AND s.event_id = h.event_id AND s.hold_id = h.id
            AND s.id = ANY (l.seat_ids)
    ) <> cardinality(l.seat_ids)
    OR cardinality(l.seat_ids) <> CASE WHEN EXISTS (
        SELECT FROM seat_categories c WHERE c.organization_id = h.organization_id AND c.event_id = h.event_id AND c.standing IS NULL
            AND c.pool_id = ANY (l.pool_ids)
    ) THEN l.quantity ELSE 0 END
);

-- audit: a type does not sell seats that are counted by several pools
SELECT drawn.organization_id, drawn.ticket_type_id
FROM ticket_type_pools drawn
JOIN seat_categories c ON c.organization_id = drawn.organization_id AND c.pool_id = drawn.pool_id
WHERE c.standing IS NULL
GROUP BY drawn.organization_id, drawn.ticket_type_id
HAVING count(DISTINCT drawn.pool_id) > 1;

-- audit: what a promo code counts as used and given away is what orders that go on used of it
SELECT c.organization_id, c.id AS promo_code_id, c.uses, c.spent_minor, coalesce(taken.uses, 0) AS taken, coalesce(taken.amount, 0) AS given
FROM promo_codes c
LEFT JOIN (
    SELECT organization_id, promo_code_id, count(*) AS uses, sum(amount_minor) AS amount
    FROM promo_code_uses WHERE returned_at IS NULL GROUP BY organization_id, promo_code_id
) taken ON taken.organization_id = c.organization_id AND taken.promo_code_id = c.id
WHERE c.uses <> coalesce(taken.uses, 0) OR c.spent_minor <> coalesce(taken.amount, 0);

-- audit: what an access code counts as used is what it opened to live holds
SELECT c.organization_id, c.id AS access_code_id, c.used, coalesce(opened.holds, 0) AS opened
FROM access_codes c
LEFT JOIN (
    SELECT u.organization_id, u.access_code_id, count(*) AS holds
    FROM access_code_uses u
    JOIN holds h ON h.organization_id = u.organization_id AND h.id = u.hold_id
    WHERE h.status IN ('ACTIVE', 'CONVERTED')
    GROUP BY u.organization_id, u.access_code_id
) opened ON opened.organization_id = c.organization_id AND opened.access_code_id = c.id
WHERE c.used <> coalesce(opened.holds, 0) OR c.used > c.use_limit;

-- audit: an order's sums are those of its lines that are not cancelled and of its fees
SELECT o.organization_id, o.id AS order_id, o.total_minor, summed.total_minor AS summed, o.fee_minor, summed.fee_minor AS fees
FROM orders o
CROSS JOIN LATERAL (
    SELECT lines.price + fees.price AS total_minor, lines.net + fees.net AS net_minor, lines.tax + fees.tax AS tax_minor,
        lines.discount AS discount_minor, fees.price AS fee_minor
    FROM (
        SELECT coalesce(sum(price_minor), 0) AS price, coalesce(sum(net_minor), 0) AS net, coalesce(sum(tax_minor), 0) AS tax,
            coalesce(sum(discount_minor), 0) AS discount
        FROM order_lines l WHERE l.organization_id = o.organization_id AND l.order_id = o.id AND l.cancelled_at IS NULL
    ) lines, (
        SELECT coalesce(sum(price_minor), 0) AS price, coalesce(sum(net_minor), 0) AS net, coalesce(sum(tax_minor), 0) AS tax
        FROM order_fees f WHERE f.organization_id = o.organization_id AND f.order_id = o.id
    ) fees
) summed
WHERE (o.total_minor, o.net_minor, o.tax_minor, o.discount_minor, o.fee_minor)
    <> (summed.total_minor, summed.net_minor, summed.tax_minor, summed.discount_minor, summed.fee_minor)
    OR o.net_minor + o.tax_minor <> o.total_minor;

-- audit: every order has lines
SELECT o.organization_id, o.id AS order_id
FROM orders o
WHERE NOT EXISTS (SELECT FROM order_lines l WHERE l.organization_id = o.organization_id AND l.order_id = o.id);

-- audit: what an order that goes on has ordered is held for it, what is confirmed is sold, and what ended holds nothing
SELECT o.organization_id, o.id AS order_id, o.status, l.hold_id, h.status AS hold_status, h.sold_at
FROM orders o
JOIN order_lines l ON l.organization_id = o.organization_id AND l.order_id = o.id AND l.cancelled_at IS NULL
LEFT JOIN holds h ON h.organization_id = l.organization_id AND h.id = l.hold_id
WHERE h.id IS NULL
    OR o.status IN ('PENDING_APPROVAL', 'PENDING') AND (h.status <> 'CONVERTED' OR h.sold_at IS NOT NULL)
    OR o.status = 'CONFIRMED' AND (h.status <> 'CONVERTED' OR h.sold_at IS NULL)
    OR o.status IN ('EXPIRED', 'CANCELLED') AND h.status IN ('ACTIVE', 'CONVERTED');

-- audit: what orders that go on have of a hold is all that it still holds, type by type
SELECT h.organization_id, h.id AS hold_id, l.ticket_type_id, l.quantity, coalesce(ordered.admissions, 0) AS ordered
FROM holds h
JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
LEFT JOIN (
    SELECT line.organization_id, line.hold_id, line.ticket_type_id, count(*) AS admissions
    FROM order_lines line
    JOIN orders o ON o.organization_id = line.organization_id AND o.id = line.order_id
    WHERE line.cancelled_at IS NULL AND o.status NOT IN ('EXPIRED', 'CANCELLED')
    GROUP BY line.organization_id, line.hold_id, line.ticket_type_id
) ordered ON ordered.organization_id = l.organization_id AND ordered.hold_id = l.hold_id AND ordered.ticket_type_id = l.ticket_type_id
WHERE h.status = 'CONVERTED' AND l.quantity <> coalesce(ordered.admissions, 0);

-- audit: a key that led to an order led to one that is there
SELECT k.organization_id, k.scope, k.key, k.result_id
FROM idempotency_keys k
WHERE k.deed IN ('checkOutCart', 'createBoxOfficeOrder', 'cancelOrder', 'cancelOrderLines')
    AND NOT EXISTS (SELECT FROM orders o WHERE o.organization_id = k.organization_id AND o.id = k.result_id);

-- audit: what goes on of a confirmed order has one ticket that is valid or blocked, and no other ticket of an order is
SELECT l.organization_id, l.order_id, l.id AS order_line_id, t.id AS ticket_id, t.status
FROM order_lines l
JOIN orders o ON o.organization_id = l.organization_id AND o.id = l.order_id
LEFT JOIN tickets t ON t.organization_id = l.organization_id AND t.order_line_id = l.id
WHERE (o.status = 'CONFIRMED' AND l.cancelled_at IS NULL) <> coalesce(t.status IN ('VALID', 'BLOCKED'), false);

-- audit: a ticket is for the event, the type and the seat of its line, and signed by a key of its event
SELECT t.organization_id, t.id AS ticket_id
FROM tickets t
LEFT JOIN order_lines l ON l.organization_id = t.organization_id AND l.id = t.order_line_id
LEFT JOIN ticket_keys k ON k.organization_id = t.organization_id AND k.id = t.key_id
WHERE k.event_id IS DISTINCT FROM t.event_id OR t.order_line_id IS NOT NULL AND (
    l.event_id IS DISTINCT FROM t.event_id OR l.ticket_type_id IS DISTINCT FROM t.ticket_type_id OR l.seat_id IS DISTINCT FROM t.seat_id
);

-- audit: what payments keep is what the ledger says, payment by payment
SELECT p.organization_id, p.id AS payment_id, p.captured_minor - p.refunded_minor AS kept, coalesce(sum(l.amount_minor), 0) AS entered
FROM payments p
LEFT JOIN ledger l ON l.organization_id = p.organization_id AND l.payment_id = p.id
GROUP BY p.organization_id, p.id, p.captured_minor, p.refunded_minor
HAVING p.captured_minor - p.refunded_minor <> coalesce(sum(l.amount_minor), 0);

-- audit: what goes back of a payment is what its refunds say, and never more than came in
SELECT p.organization_id, p.id AS payment_id, p.captured_minor, p.refunded_minor, p.refunding_minor
FROM payments p
LEFT JOIN refunds r ON r.organization_id = p.organization_id AND r.payment_id = p.id
GROUP BY p.organization_id, p.id, p.captured_minor, p.refunded_minor, p.refunding_minor
HAVING p.refunded_minor + p.refunding_minor > p.captured_minor
    OR p.refunded_minor <> coalesce(sum(r.amount_minor) FILTER (WHERE r.status IN ('SUCCEEDED', 'EXTERNAL')), 0)
    OR p.refunding_minor <> coalesce(sum(r.amount_minor) FILTER (WHERE r.status IN ('REQUESTED', 'PENDING')), 0);

-- audit: an order counts as paid and refunded what its payments do
SELECT o.organization_id, o.id AS order_id, o.paid_minor, o.refunded_minor
FROM orders o
LEFT JOIN payments p ON p.organization_id = o.organization_id AND p.order_id = o.id
GROUP BY o.organization_id, o.id, o.paid_minor, o.refunded_minor
HAVING o.paid_minor <> coalesce(sum(p.captured_minor), 0) OR o.refunded_minor <> coalesce(sum(p.refunded_minor), 0);

-- audit: what a refund is for adds up to it, and no admission gets more back than it cost
SELECT r.organization_id, r.id AS refund_id
FROM refunds r
LEFT JOIN refund_lines l ON l.organization_id = r.organization_id AND l.refund_id = r.id
GROUP BY r.organization_id, r.id, r.amount_minor
HAVING r.amount_minor <> coalesce(sum(l.amount_minor), 0)
UNION ALL
SELECT l.organization_id, l.id
FROM order_lines l
LEFT JOIN refund_lines f ON f.organization_id = l.organization_id AND f.order_line_id = l.id
LEFT JOIN refunds r ON r.organization_id = f.organization_id AND r.id = f.refund_id AND r.status IN ('SUCCEEDED', 'EXTERNAL')
GROUP BY l.organization_id, l.id, l.refunded_minor, l.price_minor
HAVING l.refunded_minor <> coalesce(sum(f.amount_minor) FILTER (WHERE r.id IS NOT NULL), 0) OR l.refunded_minor > l.price_minor;

-- audit: a key that led to a payment or to a refund led to one that is there
SELECT k.organization_id, k.scope, k.key, k.result_id
FROM idempotency_keys k
WHERE k.deed IN ('startPayment', 'recordPayment')
    AND NOT EXISTS (SELECT FROM payments p WHERE p.organization_id = k.organization_id AND p.id = k.result_id)
    OR k.deed IN ('refundOrder', 'requestRefund')
    AND NOT EXISTS (SELECT FROM refunds r WHERE r.organization_id = k.organization_id AND r.id = k.result_id);

-- audit: an order of which nothing is left to pay does not wait for money
SELECT o.organization_id, o.id AS order_id, o.total_minor, o.paid_minor, o.refunded_minor
FROM orders o
WHERE o.status = 'PENDING' AND o.paid_minor - o.refunded_minor >= o.total_minor;

-- audit: money that came for an order that had ended is given back or brought it back, and nobody forgets to decide
SELECT p.organization_id, p.id AS payment_id, p.order_id
FROM payments p
JOIN orders o ON o.organization_id = p.organization_id AND o.id = p.order_id
WHERE p.late AND (p.status <> 'CONFIRMED' OR p.due_at IS NULL OR o.status NOT IN ('EXPIRED', 'CANCELLED'));

-- audit: what happens once to an order is in its history once
SELECT h.organization_id, h.order_id, h.kind, count(*) AS entries
FROM order_history h
WHERE h.kind IN ('order:created', 'order:cancelled')
GROUP BY h.organization_id, h.order_id, h.kind
HAVING count(*) > 1
UNION ALL
SELECT h.organization_id, h.order_id, 'order:confirmed', count(*) FILTER (WHERE h.kind = 'order:confirmed')
FROM order_history h
GROUP BY h.organization_id, h.order_id
HAVING count(*) FILTER (WHERE h.kind = 'order:confirmed') > 1
    OR count(*) FILTER (WHERE h.kind = 'order:expired') > 1 + count(*) FILTER (WHERE h.kind = 'order:revived');
