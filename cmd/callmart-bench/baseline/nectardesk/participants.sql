-- One row per external number of a call.
-- Grain: number. It may carry a name in parentheses.
-- Source: the rules of README.md and of the data dictionary.
SELECT call_id, position - 1 AS participant_index, 'external' AS type, CASE WHEN party.is_any_transfer THEN 'transfer' ELSE 'direct' END AS entry_type,
       '+' || split_part(party.number, ' ', 1) AS number, start
FROM (SELECT call_id, start, unnest(external_numbers) AS party, generate_subscripts(external_numbers, 1) AS position FROM latest)
