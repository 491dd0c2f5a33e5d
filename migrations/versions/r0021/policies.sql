DROP POLICY IF EXISTS account_select ON account;
CREATE POLICY account_select ON account FOR SELECT USING (
    id = nullif(current_setting('app.account', true), '')::uuid OR (unit_id = nullif(current_setting('app.manages', true), '')::uuid AND role = 'UNIT_OPERATOR')
    OR username = nullif(current_setting('app.knows', true), '')
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS account_appeal_select ON account_appeal;
CREATE POLICY account_appeal_select ON account_appeal FOR SELECT USING (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS amount_difference_select ON amount_difference;
CREATE POLICY amount_difference_select ON amount_difference FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS appeal_evidence_select ON appeal_evidence;
CREATE POLICY appeal_evidence_select ON appeal_evidence FOR SELECT USING (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS applicant_select ON applicant;
CREATE POLICY applicant_select ON applicant FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS attachment_select ON attachment;
CREATE POLICY attachment_select ON attachment FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('CLAIM'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('DECLARATION', 'STAFF', 'POST', 'INTERN', 'MONTHLY_REPORT', 'CHANGE_REQUEST'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('TRAINING_CLASS', 'COMPLETION'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_qualifications', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('QUALIFICATION'))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND record IN ('CLAIM')
        AND EXISTS (
            SELECT FROM claim AS t
            WHERE t.unit_id = attachment.unit_id AND t.id = attachment.record_id))
    OR (record = 'QUALIFICATION' AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), '')))
);
DROP POLICY IF EXISTS audit_finding_select ON audit_finding;
CREATE POLICY audit_finding_select ON audit_finding FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_oversight', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS bank_account_select ON bank_account;
CREATE POLICY bank_account_select ON bank_account FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim AS t
            WHERE t.unit_id = bank_account.unit_id AND t.bank_account_id = bank_account.id))
    OR (nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim_line AS t
            WHERE t.unit_id = bank_account.unit_id AND t.account_id = bank_account.id))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS batch_export_select ON batch_export;
CREATE POLICY batch_export_select ON batch_export FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS batch_import_select ON batch_import;
CREATE POLICY batch_import_select ON batch_import FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS board_push_select ON board_push;
CREATE POLICY board_push_select ON board_push FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS change_request_select ON change_request;
CREATE POLICY change_request_select ON change_request FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS claim_select ON claim;
CREATE POLICY claim_select ON claim FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_approved', true),
            current_setting('app.see_high', true)), ''))
        AND status IN ('APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED', 'CLOSED'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), ''))
        AND status IN ('IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED', 'CLOSED'))
);
DROP POLICY IF EXISTS claim_line_select ON claim_line;
CREATE POLICY claim_line_select ON claim_line FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (person_id = nullif(current_setting('app.person', true), '')::uuid
        AND claim_status <> 'DRAFT')
    OR (strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
        AND claim_status <> 'DRAFT')
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_approved', true),
            current_setting('app.see_high', true)), ''))
        AND claim_status IN ('APPROVED', 'IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED', 'CLOSED'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), ''))
        AND claim_status IN ('IN_PUBLICITY', 'PUBLICITY_PASSED', 'PUBLICITY_FAILED', 'DISBURSED', 'CLOSED'))
    OR (nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM payment AS t
            WHERE t.unit_id = claim_line.unit_id AND t.line_id = claim_line.id))
);
DROP POLICY IF EXISTS claimed_report_select ON claimed_report;
CREATE POLICY claimed_report_select ON claimed_report FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS clawback_select ON clawback;
CREATE POLICY clawback_select ON clawback FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
        AND status IN ('APPROVED'))
);
DROP POLICY IF EXISTS completion_select ON completion;
CREATE POLICY completion_select ON completion FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS declaration_select ON declaration;
CREATE POLICY declaration_select ON declaration FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
    OR (status IN ('APPROVED', 'ENDED') AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), '')))
);
DROP POLICY IF EXISTS declaration_staff_select ON declaration_staff;
CREATE POLICY declaration_staff_select ON declaration_staff FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS disbursement_batch_select ON disbursement_batch;
CREATE POLICY disbursement_batch_select ON disbursement_batch FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS function_grant_select ON function_grant;
CREATE POLICY function_grant_select ON function_grant FOR SELECT USING (
    account_id = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS history_select ON history;
CREATE POLICY history_select ON history FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.chains', true), ''), unit_id::text) > 0
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Claim', 'ClaimLine', 'Clawback', 'AmountDifference', 'Roster', 'BankAccount'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Declaration', 'DeclarationStaff', 'Post', 'Intern', 'MonthlyReport', 'Reduction', 'ChangeRequest'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('TrainingClass', 'Trainee', 'Completion', 'Roster'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Payment', 'Clawback'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_qualifications', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Qualification'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Account'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
        AND record IN ('Unit'))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND record IN ('Claim')
        AND EXISTS (
            SELECT FROM claim AS t
            WHERE t.unit_id = history.unit_id AND t.id = history.record_id))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND record IN ('ClaimLine')
        AND EXISTS (
            SELECT FROM claim_line AS t
            WHERE t.unit_id = history.unit_id AND t.id = history.record_id))
    OR (record IN ('Claim', 'ClaimLine', 'Payment', 'Clawback') AND record_id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), '')))
);
DROP POLICY IF EXISTS insurance_contribution_select ON insurance_contribution;
CREATE POLICY insurance_contribution_select ON insurance_contribution FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS intern_select ON intern;
CREATE POLICY intern_select ON intern FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS internship_term_select ON internship_term;
CREATE POLICY internship_term_select ON internship_term FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS labour_contract_select ON labour_contract;
CREATE POLICY labour_contract_select ON labour_contract FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS monthly_report_select ON monthly_report;
CREATE POLICY monthly_report_select ON monthly_report FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS objection_select ON objection;
CREATE POLICY objection_select ON objection FOR SELECT USING (
    number_hash = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_objections', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS office_history_select ON office_history;
CREATE POLICY office_history_select ON office_history FOR SELECT USING (
    strpos(nullif(current_setting('app.seals', true), ''), region) > 0
    OR holder_id = nullif(current_setting('app.account', true), '')::uuid
    OR (record = 'Parameter' AND EXISTS (
        SELECT FROM parameter AS t
        WHERE t.id = office_history.record_id AND t.status = 'APPROVED'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_objections', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Objection'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('DisbursementBatch'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_accounts', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('AccountAppeal', 'FunctionGrant', 'Account'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_oversight', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('AuditFinding'))
    OR ((region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_proposals', true),
            current_setting('app.see_high', true)), ''))
        AND record IN ('Parameter'))
);
DROP POLICY IF EXISTS parameter_select ON parameter;
CREATE POLICY parameter_select ON parameter FOR SELECT USING (
    (nullif(current_setting('app.account', true), '')::uuid IS NOT NULL AND status = 'APPROVED')
    OR proposed_by = nullif(current_setting('app.account', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_proposals', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS payment_select ON payment;
CREATE POLICY payment_select ON payment FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS person_select ON person;
CREATE POLICY person_select ON person FOR SELECT USING (
    id = nullif(current_setting('app.person', true), '')::uuid
    OR (filed_by = nullif(current_setting('app.account', true), '')::uuid
        AND source IS NULL AND official_source IS NULL)
    OR strpos(nullif(current_setting('app.subjects', true), ''), id::text) > 0
    OR id_number_index = CASE
        WHEN nullif(current_setting('app.knows', true), '') ~ '^([0-9a-f]{2})+$'
        THEN decode(nullif(current_setting('app.knows', true), ''), 'hex')
    END
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
DROP POLICY IF EXISTS post_select ON post;
CREATE POLICY post_select ON post FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS post_assignment_select ON post_assignment;
CREATE POLICY post_assignment_select ON post_assignment FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS qualification_select ON qualification;
CREATE POLICY qualification_select ON qualification FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_qualifications', true),
            current_setting('app.see_high', true)), ''))
    OR (status = 'APPROVED' AND unit_id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), '')))
);
DROP POLICY IF EXISTS receipt_select ON receipt;
CREATE POLICY receipt_select ON receipt FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid OR person_id = nullif(current_setting('app.person', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_payments', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS reduction_select ON reduction;
CREATE POLICY reduction_select ON reduction FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_internships', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS roster_select ON roster;
CREATE POLICY roster_select ON roster FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS roster_row_select ON roster_row;
CREATE POLICY roster_row_select ON roster_row FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
    OR roster_id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS trainee_select ON trainee;
CREATE POLICY trainee_select ON trainee FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (person_id = nullif(current_setting('app.person', true), '')::uuid AND (place IS NOT NULL OR outcome <> 'OPEN'))
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim_line AS t
            WHERE t.unit_id = trainee.unit_id AND t.trainee_id = trainee.id))
);
DROP POLICY IF EXISTS training_class_select ON training_class;
CREATE POLICY training_class_select ON training_class FOR SELECT USING (
    unit_id = nullif(current_setting('app.unit', true), '')::uuid
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_training', true),
            current_setting('app.see_high', true)), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim AS t
            WHERE t.unit_id = training_class.unit_id AND t.class_id = training_class.id))
);
DROP POLICY IF EXISTS transfer_employment_select ON transfer_employment;
CREATE POLICY transfer_employment_select ON transfer_employment FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS unemployment_registration_select ON unemployment_registration;
CREATE POLICY unemployment_registration_select ON unemployment_registration FOR SELECT USING (
    person_id = nullif(current_setting('app.person', true), '')::uuid
    OR strpos(nullif(current_setting('app.subjects', true), ''), person_id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_persons', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS unit_select ON unit;
CREATE POLICY unit_select ON unit FOR SELECT USING (
    id = nullif(current_setting('app.unit', true), '')::uuid
    OR credit_code = nullif(current_setting('app.knows', true), '')
    OR strpos(nullif(current_setting('app.chains', true), ''), id::text) > 0
    OR (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(current_setting('app.see_high', true), ''))
    OR (nullif(coalesce(current_setting('app.see_published', true),
            current_setting('app.see_high', true)), '') IS NOT NULL
        AND EXISTS (
            SELECT FROM claim AS t
            WHERE t.unit_id = unit.id))
    OR id IN (
        SELECT c.record_id FROM consulted_record AS c WHERE c.region >= nullif(current_setting('app.see_low', true), '')
        AND c.region <= nullif(coalesce(current_setting('app.see_claims', true),
            current_setting('app.see_high', true)), ''))
);
DROP POLICY IF EXISTS unmasking_select ON unmasking;
CREATE POLICY unmasking_select ON unmasking FOR SELECT USING (
    (region >= nullif(current_setting('app.see_low', true), '')
        AND region <= nullif(coalesce(current_setting('app.see_oversight', true),
            current_setting('app.see_high', true)), ''))
);
