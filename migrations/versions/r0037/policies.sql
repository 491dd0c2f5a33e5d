DROP POLICY IF EXISTS person_select ON person;
CREATE POLICY person_select ON person FOR SELECT USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR strpos(nullif(current_setting('app.subjects', true), ''), id::text) > 0
    OR id_number_index = ANY (CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^[0-9a-f]{64}(,[0-9a-f]{64})*$'
        THEN ('{"\\x' || replace(nullif(current_setting('app.knows', true), ''), ',', '","\\x') || '"}')::bytea[]
    END)
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim_line AS t
            WHERE t.person_id = person.id))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
