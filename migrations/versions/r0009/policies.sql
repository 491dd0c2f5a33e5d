ALTER TABLE consulted_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE consulted_record FORCE ROW LEVEL SECURITY;
CREATE POLICY consulted_record_select ON consulted_record FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY consulted_record_insert ON consulted_record FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY consulted_record_update ON consulted_record FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY consulted_record_delete ON consulted_record FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
);
REVOKE ALL ON consulted_record FROM :"service_role";
GRANT SELECT, INSERT, UPDATE, DELETE ON consulted_record TO :"service_role";
DROP POLICY IF EXISTS attachment_select ON attachment;
CREATE POLICY attachment_select ON attachment FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR (record = 'QUALIFICATION' AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), '')))
);
DROP POLICY IF EXISTS bank_account_select ON bank_account;
CREATE POLICY bank_account_select ON bank_account FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
);
DROP POLICY IF EXISTS declaration_select ON declaration;
CREATE POLICY declaration_select ON declaration FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR (status IN ('APPROVED', 'ENDED') AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), '')))
);
DROP POLICY IF EXISTS history_select ON history;
CREATE POLICY history_select ON history FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.chains', true), ''), unit_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR (record IN ('Claim', 'ClaimLine', 'Payment', 'Clawback') AND record_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), '')))
);
DROP POLICY IF EXISTS person_select ON person;
CREATE POLICY person_select ON person FOR SELECT USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), id::text) > 0
    OR id_number_index = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
);
DROP POLICY IF EXISTS qualification_select ON qualification;
CREATE POLICY qualification_select ON qualification FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR (status = 'APPROVED' AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), '')))
);
DROP POLICY IF EXISTS roster_select ON roster;
CREATE POLICY roster_select ON roster FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
);
DROP POLICY IF EXISTS roster_row_select ON roster_row;
CREATE POLICY roster_row_select ON roster_row FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR roster_id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
);
DROP POLICY IF EXISTS unit_select ON unit;
CREATE POLICY unit_select ON unit FOR SELECT USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR credit_code = nullif(current_setting('app.knows', true), '')
    OR strpos(nullif(current_setting('app.chains', true), ''), id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c
        WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(current_setting('app.see_high', true), ''))
);
DROP POLICY IF EXISTS unit_update ON unit;
CREATE POLICY unit_update ON unit FOR UPDATE USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
    OR strpos(nullif(current_setting('app.chains', true), ''), id::text) > 0
) WITH CHECK (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
