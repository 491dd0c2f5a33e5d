-- Whose rows are whose (X10): four policies a table, and what the service may do with it.
-- The tables' owner is bound as well. They are what migrations/policies.py said for 0.1.0.

-- What a unit owns: it, and who acts in its region.

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY[
        'amount_difference', 'applicant', 'attachment', 'bank_account', 'board_push',
        'change_request', 'claim', 'claimed_report', 'clawback', 'completion', 'declaration',
        'declaration_staff', 'intern', 'monthly_report', 'post', 'post_assignment',
        'qualification', 'reduction', 'roster', 'roster_row', 'training_class'
    ] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                unit_id = nullif(current_setting('app.unit', true), '')::uuid
                OR (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                unit_id = nullif(current_setting('app.unit', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                unit_id = nullif(current_setting('app.unit', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                unit_id = nullif(current_setting('app.unit', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (
                unit_id = nullif(current_setting('app.unit', true), '')::uuid
            );
        $statements$, named);
    END LOOP;
END
$policies$;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    amount_difference, applicant, attachment, bank_account, board_push, change_request, claim,
    claimed_report, clawback, completion, declaration, declaration_staff, intern, monthly_report,
    post, post_assignment, qualification, reduction, roster, roster_row, training_class
TO :"service_role";

-- A unit: found by its credit code as well, by who knows it.

ALTER TABLE unit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY unit_select ON unit FOR SELECT USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR credit_code = nullif(current_setting('app.knows', true), '')
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY unit_insert ON unit FOR INSERT WITH CHECK (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY unit_update ON unit FOR UPDATE USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY unit_delete ON unit FOR DELETE USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE ON unit TO :"service_role";

-- What a unit owns and its person reads; a decision about the person reads it too.

ALTER TABLE internship_term ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY internship_term_select ON internship_term FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY internship_term_insert ON internship_term FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY internship_term_update ON internship_term FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY internship_term_delete ON internship_term FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE ON internship_term TO :"service_role";

-- What a person owns; a decision about them reads it.

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY[
        'insurance_contribution', 'labour_contract', 'transfer_employment',
        'unemployment_registration'
    ] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                person_id = nullif(current_setting('app.person', true), '')::uuid
                OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
                OR (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                person_id = nullif(current_setting('app.person', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                person_id = nullif(current_setting('app.person', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                person_id = nullif(current_setting('app.person', true), '')::uuid
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (
                person_id = nullif(current_setting('app.person', true), '')::uuid
            );
        $statements$, named);
    END LOOP;
END
$policies$;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    insurance_contribution, labour_contract, transfer_employment, unemployment_registration
TO :"service_role";

-- A person: found by their ID number's blind index as well.

ALTER TABLE person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY person_select ON person FOR SELECT USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), id::text) > 0
    OR id_number_index = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY person_insert ON person FOR INSERT WITH CHECK (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY person_update ON person FOR UPDATE USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY person_delete ON person FOR DELETE USING (
    id = nullif(current_setting('app.person', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE ON person TO :"service_role";

-- What an account owns.

ALTER TABLE request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY request_select ON request FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
CREATE POLICY request_insert ON request FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY request_update ON request FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY request_delete ON request FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
ALTER TABLE sign_in ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_select ON sign_in FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY sign_in_insert ON sign_in FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY sign_in_update ON sign_in FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY sign_in_delete ON sign_in FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE, DELETE ON request TO :"service_role";
GRANT SELECT, INSERT ON sign_in TO :"service_role";

-- An account; a legal person keeps the unit's operators, and no account of any other role (J3).

ALTER TABLE account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY account_select ON account FOR SELECT USING (
    id = nullif(current_setting('app.account', true), '')::uuid
    OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid
        AND role = 'UNIT_OPERATOR')
    OR username = nullif(current_setting('app.knows', true), '')
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY account_insert ON account FOR INSERT WITH CHECK (
    id = nullif(current_setting('app.account', true), '')::uuid
    OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid
        AND role = 'UNIT_OPERATOR')
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY account_update ON account FOR UPDATE USING (
    id = nullif(current_setting('app.account', true), '')::uuid
    OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid
        AND role = 'UNIT_OPERATOR')
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    id = nullif(current_setting('app.account', true), '')::uuid
    OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid
        AND role = 'UNIT_OPERATOR')
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY account_delete ON account FOR DELETE USING (
    id = nullif(current_setting('app.account', true), '')::uuid
    OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid
        AND role = 'UNIT_OPERATOR')
);
GRANT SELECT, INSERT, UPDATE (
    password_hash, name, active, favourites, version, updated_at
) ON account TO :"service_role";

-- A session: its account's, and whoever's who knows its id.

ALTER TABLE sign_in_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_session_select ON sign_in_session FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
    OR expires_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
CREATE POLICY sign_in_session_insert ON sign_in_session FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
);
CREATE POLICY sign_in_session_update ON sign_in_session FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
);
CREATE POLICY sign_in_session_delete ON sign_in_session FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR expires_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
GRANT SELECT, INSERT, UPDATE (
    token_hash, spent_hash, seen_at, ended_at
), DELETE ON sign_in_session TO :"service_role";

-- What everybody who is signed in may read.

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['calendar_year', 'course', 'fact_load', 'parameter'] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                nullif(current_setting('app.account', true), '')::uuid IS NOT NULL
                OR (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (false);
        $statements$, named);
    END LOOP;
END
$policies$;
ALTER TABLE region ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY region_select ON region FOR SELECT USING (
    nullif(current_setting('app.account', true), '')::uuid IS NOT NULL
    OR (code >= nullif(current_setting('app.see_low', true), '')
        AND code <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY region_insert ON region FOR INSERT WITH CHECK (
    (code >= nullif(current_setting('app.act_low', true), '')
        AND code <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY region_update ON region FOR UPDATE USING (
    (code >= nullif(current_setting('app.act_low', true), '')
        AND code <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (code >= nullif(current_setting('app.act_low', true), '')
        AND code <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY region_delete ON region FOR DELETE USING (false);
GRANT SELECT, INSERT ON calendar_year, course TO :"service_role";
GRANT SELECT, INSERT, UPDATE ON fact_load, parameter TO :"service_role";
GRANT SELECT ON region TO :"service_role";

-- What is counted under a name, for who knows the name.

ALTER TABLE number_series ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY number_series_select ON number_series FOR SELECT USING (
    bucket = nullif(current_setting('app.knows', true), '')
);
CREATE POLICY number_series_insert ON number_series FOR INSERT WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
);
CREATE POLICY number_series_update ON number_series FOR UPDATE USING (
    bucket = nullif(current_setting('app.knows', true), '')
) WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
);
CREATE POLICY number_series_delete ON number_series FOR DELETE USING (
    bucket = nullif(current_setting('app.knows', true), '')
);
ALTER TABLE rate_limit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY rate_limit_select ON rate_limit FOR SELECT USING (
    bucket = nullif(current_setting('app.knows', true), '')
    OR window_start < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
CREATE POLICY rate_limit_insert ON rate_limit FOR INSERT WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
);
CREATE POLICY rate_limit_update ON rate_limit FOR UPDATE USING (
    bucket = nullif(current_setting('app.knows', true), '')
) WITH CHECK (
    bucket = nullif(current_setting('app.knows', true), '')
);
CREATE POLICY rate_limit_delete ON rate_limit FOR DELETE USING (
    bucket = nullif(current_setting('app.knows', true), '')
    OR window_start < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON number_series, rate_limit TO :"service_role";

-- An upload: its account's, or whoever's who holds its secret.

ALTER TABLE upload ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY upload_select ON upload FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
    OR created_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
CREATE POLICY upload_insert ON upload FOR INSERT WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
);
CREATE POLICY upload_update ON upload FOR UPDATE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
) WITH CHECK (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR id = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        THEN nullif(current_setting('app.knows', true), '')::uuid
        END
);
CREATE POLICY upload_delete ON upload FOR DELETE USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR created_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON upload TO :"service_role";

-- A ticket: the browser's that asked for it, and the app's that was shown it.

ALTER TABLE sign_in_ticket ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sign_in_ticket_select ON sign_in_ticket FOR SELECT USING (
    secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR ticket_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR expires_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
CREATE POLICY sign_in_ticket_insert ON sign_in_ticket FOR INSERT WITH CHECK (
    secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
);
CREATE POLICY sign_in_ticket_update ON sign_in_ticket FOR UPDATE USING (
    secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR ticket_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
) WITH CHECK (
    secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR ticket_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
);
CREATE POLICY sign_in_ticket_delete ON sign_in_ticket FOR DELETE USING (
    secret_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '')
            ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
        END
    OR expires_at < nullif(current_setting('app.sweeps', true), '')::timestamptz
);
GRANT SELECT, INSERT, UPDATE (
    approved_by, approved_in, approved_at, redeemed_at
), DELETE ON sign_in_ticket TO :"service_role";

-- What somebody without an account handed in: by its number.

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['account_appeal', 'appeal_evidence', 'objection'] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                number_hash = CASE
                    WHEN nullif(current_setting('app.knows', true), '')
                        ~ '^([0-9a-f]{2})+$'
                    THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
                    END
                OR (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                number_hash = CASE
                    WHEN nullif(current_setting('app.knows', true), '')
                        ~ '^([0-9a-f]{2})+$'
                    THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
                    END
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                number_hash = CASE
                    WHEN nullif(current_setting('app.knows', true), '')
                        ~ '^([0-9a-f]{2})+$'
                    THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
                    END
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                number_hash = CASE
                    WHEN nullif(current_setting('app.knows', true), '')
                        ~ '^([0-9a-f]{2})+$'
                    THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
                    END
                OR (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (
                number_hash = CASE
                    WHEN nullif(current_setting('app.knows', true), '')
                        ~ '^([0-9a-f]{2})+$'
                    THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
                    END
            );
        $statements$, named);
    END LOOP;
END
$policies$;
GRANT SELECT, INSERT, UPDATE (
    status, account_id, settled_by, settled_by_name, settled_at, reason, recovered_at, version,
    updated_at
) ON account_appeal TO :"service_role";
GRANT SELECT, INSERT ON appeal_evidence TO :"service_role";
GRANT SELECT, INSERT, UPDATE (
    status, reviewed_by, reviewed_at, reason, version, updated_at
) ON objection TO :"service_role";

-- A unit's line; but for drafts (J16) who is named sees it, and a decision about them (X14).

ALTER TABLE claim_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY claim_line_select ON claim_line FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (person_id = nullif(current_setting('app.person', true), '')::uuid
        AND claim_status <> 'DRAFT')
    OR (strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
        AND claim_status <> 'DRAFT')
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY claim_line_insert ON claim_line FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY claim_line_update ON claim_line FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY claim_line_delete ON claim_line FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_line TO :"service_role";

-- A unit's history; who a step is about sees it (X9).

ALTER TABLE history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY history_select ON history FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY history_insert ON history FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY history_update ON history FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY history_delete ON history FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
);
GRANT SELECT, INSERT ON history TO :"service_role";

-- What is published: everybody's on the days on which it is shown (X7).

ALTER TABLE publicity ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY publicity_select ON publicity FOR SELECT USING (
    (first_day <= nullif(current_setting('app.today', true), '')::date
        AND shown_until >= nullif(current_setting('app.today', true), '')::date)
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY publicity_insert ON publicity FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY publicity_update ON publicity FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY publicity_delete ON publicity FOR DELETE USING (false);
GRANT SELECT, INSERT ON publicity TO :"service_role";

-- A published line: its unit's as well.

ALTER TABLE publicity_line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY publicity_line_select ON publicity_line FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (first_day <= nullif(current_setting('app.today', true), '')::date
        AND shown_until >= nullif(current_setting('app.today', true), '')::date)
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY publicity_line_insert ON publicity_line FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY publicity_line_update ON publicity_line FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY publicity_line_delete ON publicity_line FOR DELETE USING (false);
GRANT SELECT, INSERT, UPDATE (
    outcome, reason, settled_by, settled_at, version, updated_at
) ON publicity_line TO :"service_role";

-- What an office keeps: nobody else's, and nothing of it is deleted (X8).

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['batch_export', 'batch_import', 'disbursement_batch'] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (false);
        $statements$, named);
    END LOOP;
END
$policies$;
GRANT SELECT, INSERT ON batch_export, batch_import TO :"service_role";
GRANT SELECT, INSERT, UPDATE ON disbursement_batch TO :"service_role";

-- How a unit or person is paid: they see it, offices alone write it.

ALTER TABLE payment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY payment_select ON payment FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY payment_insert ON payment FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY payment_update ON payment FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY payment_delete ON payment FOR DELETE USING (false);
GRANT SELECT, INSERT, UPDATE ON payment TO :"service_role";

-- Whether it arrived: who was paid says so.

ALTER TABLE receipt ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY receipt_select ON receipt FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY receipt_insert ON receipt FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY receipt_update ON receipt FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY receipt_delete ON receipt FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
);
GRANT SELECT, INSERT ON receipt TO :"service_role";

-- Whose grant it is sees it; only who acts in the region makes and revokes one (S1).

ALTER TABLE function_grant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY function_grant_select ON function_grant FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY function_grant_insert ON function_grant FOR INSERT WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY function_grant_update ON function_grant FOR UPDATE USING (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY function_grant_delete ON function_grant FOR DELETE USING (false);
GRANT SELECT, INSERT, UPDATE (
    revoked, revoked_at, revoked_by, revoked_by_name, revoked_because, version, updated_at
) ON function_grant TO :"service_role";

-- What overseers put down of others, who never see it (X14).

DO $policies$
DECLARE
    named text;
BEGIN
    FOREACH named IN ARRAY ARRAY['audit_finding', 'unmasking'] LOOP
        EXECUTE format($statements$
            ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY %1$s_select ON %1$s FOR SELECT USING (
                (region >= nullif(current_setting('app.see_low', true), '')
                    AND region <= nullif(current_setting('app.see_high', true), ''))
            );
            CREATE POLICY %1$s_insert ON %1$s FOR INSERT WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_update ON %1$s FOR UPDATE USING (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            ) WITH CHECK (
                (region >= nullif(current_setting('app.act_low', true), '')
                    AND region <= nullif(current_setting('app.act_high', true), ''))
            );
            CREATE POLICY %1$s_delete ON %1$s FOR DELETE USING (false);
        $statements$, named);
    END LOOP;
END
$policies$;
GRANT SELECT, INSERT, UPDATE ON audit_finding TO :"service_role";
GRANT SELECT, INSERT ON unmasking TO :"service_role";

-- A unit's trainee; the person sees what counts (S33), and so does a decision about them.

ALTER TABLE trainee ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY trainee_select ON trainee FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (person_id = nullif(current_setting('app.person', true), '')::uuid
        AND (place IS NOT NULL OR outcome <> 'OPEN'))
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
);
CREATE POLICY trainee_insert ON trainee FOR INSERT WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY trainee_update ON trainee FOR UPDATE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
) WITH CHECK (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.act_low', true), '')
        AND region <= nullif(current_setting('app.act_high', true), ''))
);
CREATE POLICY trainee_delete ON trainee FOR DELETE USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
);
GRANT SELECT, INSERT, UPDATE, DELETE ON trainee TO :"service_role";
