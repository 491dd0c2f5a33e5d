-- What points at what. What a row tells of another one follows it (ON UPDATE CASCADE).

-- kernel
ALTER TABLE region
    ADD CONSTRAINT fk_region_parent
        FOREIGN KEY (parent) REFERENCES region (code);
ALTER TABLE request
    ADD CONSTRAINT fk_request_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE history
    ADD CONSTRAINT fk_history_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_history_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_history_person_id
        FOREIGN KEY (person_id) REFERENCES person (id);

-- accounts
ALTER TABLE account
    ADD CONSTRAINT fk_account_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_account_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_account_unit_id
        FOREIGN KEY (unit_id) REFERENCES unit (id);
ALTER TABLE sign_in_session
    ADD CONSTRAINT fk_sign_in_session_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE sign_in
    ADD CONSTRAINT fk_sign_in_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE sign_in_ticket
    ADD CONSTRAINT fk_sign_in_ticket_approved_by
        FOREIGN KEY (approved_by) REFERENCES account (id),
    ADD CONSTRAINT fk_sign_in_ticket_approved_in
        FOREIGN KEY (approved_in) REFERENCES sign_in_session (id) ON DELETE CASCADE;
ALTER TABLE function_grant
    ADD CONSTRAINT fk_function_grant_account_id_region_role
        FOREIGN KEY (account_id, region, role) REFERENCES account (id, region, role)
        ON UPDATE CASCADE,
    ADD CONSTRAINT fk_function_grant_granted_by
        FOREIGN KEY (granted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_function_grant_revoked_by
        FOREIGN KEY (revoked_by) REFERENCES account (id);
ALTER TABLE account_appeal
    ADD CONSTRAINT fk_account_appeal_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_account_appeal_unit_id
        FOREIGN KEY (unit_id) REFERENCES unit (id),
    ADD CONSTRAINT fk_account_appeal_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_account_appeal_settled_by
        FOREIGN KEY (settled_by) REFERENCES account (id);
ALTER TABLE appeal_evidence
    ADD CONSTRAINT fk_appeal_evidence_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_appeal_evidence_appeal_id_number_hash_region
        FOREIGN KEY (appeal_id, number_hash, region)
        REFERENCES account_appeal (id, number_hash, region);

-- units
ALTER TABLE unit
    ADD CONSTRAINT fk_unit_region
        FOREIGN KEY (region) REFERENCES region (code);
ALTER TABLE person
    ADD CONSTRAINT fk_person_region
        FOREIGN KEY (region) REFERENCES region (code);
ALTER TABLE bank_account
    ADD CONSTRAINT fk_bank_account_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE qualification
    ADD CONSTRAINT fk_qualification_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_qualification_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_qualification_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);

-- policy
ALTER TABLE parameter
    ADD CONSTRAINT fk_parameter_decided_by
        FOREIGN KEY (decided_by) REFERENCES account (id),
    ADD CONSTRAINT fk_parameter_proposed_by
        FOREIGN KEY (proposed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_parameter_region
        FOREIGN KEY (region) REFERENCES region (code);
ALTER TABLE calendar_year
    ADD CONSTRAINT fk_calendar_year_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_calendar_year_entered_by
        FOREIGN KEY (entered_by) REFERENCES account (id);

-- facts
ALTER TABLE insurance_contribution
    ADD CONSTRAINT fk_insurance_contribution_person_id_region
        FOREIGN KEY (person_id, region) REFERENCES person (id, region) ON UPDATE CASCADE;
ALTER TABLE unemployment_registration
    ADD CONSTRAINT fk_unemployment_registration_person_id_region
        FOREIGN KEY (person_id, region) REFERENCES person (id, region) ON UPDATE CASCADE;
ALTER TABLE transfer_employment
    ADD CONSTRAINT fk_transfer_employment_person_id_region
        FOREIGN KEY (person_id, region) REFERENCES person (id, region) ON UPDATE CASCADE;
ALTER TABLE labour_contract
    ADD CONSTRAINT fk_labour_contract_person_id_region
        FOREIGN KEY (person_id, region) REFERENCES person (id, region) ON UPDATE CASCADE;
ALTER TABLE fact_load
    ADD CONSTRAINT fk_fact_load_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_fact_load_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);

-- files
ALTER TABLE upload
    ADD CONSTRAINT fk_upload_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE attachment
    ADD CONSTRAINT fk_attachment_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_attachment_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;

-- internship
ALTER TABLE declaration
    ADD CONSTRAINT fk_declaration_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_declaration_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_declaration_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE declaration_staff
    ADD CONSTRAINT fk_declaration_staff_unit_id_declaration_id
        FOREIGN KEY (unit_id, declaration_id) REFERENCES declaration (unit_id, id),
    ADD CONSTRAINT fk_declaration_staff_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE post
    ADD CONSTRAINT fk_post_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_post_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_post_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE board_push
    ADD CONSTRAINT fk_board_push_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_board_push_unit_id_post_id
        FOREIGN KEY (unit_id, post_id) REFERENCES post (unit_id, id);
ALTER TABLE applicant
    ADD CONSTRAINT fk_applicant_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_applicant_unit_id_post_id
        FOREIGN KEY (unit_id, post_id) REFERENCES post (unit_id, id);
ALTER TABLE intern
    ADD CONSTRAINT fk_intern_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_intern_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_intern_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_intern_unit_id_post_id
        FOREIGN KEY (unit_id, post_id) REFERENCES post (unit_id, id),
    ADD CONSTRAINT fk_intern_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE internship_term
    ADD CONSTRAINT fk_internship_term_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_internship_term_unit_id_intern_id
        FOREIGN KEY (unit_id, intern_id) REFERENCES intern (unit_id, id),
    ADD CONSTRAINT fk_internship_term_person_id
        FOREIGN KEY (person_id) REFERENCES person (id);
ALTER TABLE post_assignment
    ADD CONSTRAINT fk_post_assignment_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_post_assignment_unit_id_intern_id
        FOREIGN KEY (unit_id, intern_id) REFERENCES intern (unit_id, id),
    ADD CONSTRAINT fk_post_assignment_unit_id_post_id
        FOREIGN KEY (unit_id, post_id) REFERENCES post (unit_id, id);
ALTER TABLE monthly_report
    ADD CONSTRAINT fk_monthly_report_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_monthly_report_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_monthly_report_unit_id_intern_id
        FOREIGN KEY (unit_id, intern_id) REFERENCES intern (unit_id, id),
    ADD CONSTRAINT fk_monthly_report_unit_id_post_id
        FOREIGN KEY (unit_id, post_id) REFERENCES post (unit_id, id),
    ADD CONSTRAINT fk_monthly_report_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_monthly_report_person_id
        FOREIGN KEY (person_id) REFERENCES person (id);
ALTER TABLE reduction
    ADD CONSTRAINT fk_reduction_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_reduction_unit_id_intern_id
        FOREIGN KEY (unit_id, intern_id) REFERENCES intern (unit_id, id),
    ADD CONSTRAINT fk_reduction_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_reduction_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);
ALTER TABLE change_request
    ADD CONSTRAINT fk_change_request_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_change_request_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_change_request_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);

-- rosters
ALTER TABLE roster
    ADD CONSTRAINT fk_roster_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_roster_place
        FOREIGN KEY (place) REFERENCES region (code),
    ADD CONSTRAINT fk_roster_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_roster_unit_id_corrects_id
        FOREIGN KEY (unit_id, corrects_id) REFERENCES roster (unit_id, id),
    ADD CONSTRAINT fk_roster_unit_id_root_id
        FOREIGN KEY (unit_id, root_id) REFERENCES roster (unit_id, id),
    ADD CONSTRAINT fk_roster_unit_id_class_id
        FOREIGN KEY (unit_id, class_id) REFERENCES training_class (unit_id, id);
ALTER TABLE roster_row
    ADD CONSTRAINT fk_roster_row_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_roster_row_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_roster_row_unit_id_roster_id
        FOREIGN KEY (unit_id, roster_id) REFERENCES roster (unit_id, id),
    ADD CONSTRAINT fk_roster_row_unit_id_root_id
        FOREIGN KEY (unit_id, root_id) REFERENCES roster (unit_id, id);

-- training
ALTER TABLE course
    ADD CONSTRAINT fk_course_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_course_entered_by
        FOREIGN KEY (entered_by) REFERENCES account (id);
ALTER TABLE training_class
    ADD CONSTRAINT fk_training_class_place
        FOREIGN KEY (place) REFERENCES region (code),
    ADD CONSTRAINT fk_training_class_course_id
        FOREIGN KEY (course_id) REFERENCES course (id),
    ADD CONSTRAINT fk_training_class_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_training_class_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_training_class_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);
ALTER TABLE trainee
    ADD CONSTRAINT fk_trainee_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_trainee_unit_id_class_id
        FOREIGN KEY (unit_id, class_id) REFERENCES training_class (unit_id, id),
    ADD CONSTRAINT fk_trainee_unit_id_roster_row_id
        FOREIGN KEY (unit_id, roster_row_id) REFERENCES roster_row (unit_id, id),
    ADD CONSTRAINT fk_trainee_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_trainee_overridden_by
        FOREIGN KEY (overridden_by) REFERENCES account (id),
    ADD CONSTRAINT fk_trainee_course_id
        FOREIGN KEY (course_id) REFERENCES course (id);
ALTER TABLE completion
    ADD CONSTRAINT fk_completion_unit_id_class_id
        FOREIGN KEY (unit_id, class_id) REFERENCES training_class (unit_id, id),
    ADD CONSTRAINT fk_completion_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_completion_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_completion_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);

-- claims
ALTER TABLE claim
    ADD CONSTRAINT fk_claim_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_claim_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_claim_unit_id_bank_account_id
        FOREIGN KEY (unit_id, bank_account_id) REFERENCES bank_account (unit_id, id),
    ADD CONSTRAINT fk_claim_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_claim_place
        FOREIGN KEY (place) REFERENCES region (code),
    ADD CONSTRAINT fk_claim_approved_by
        FOREIGN KEY (approved_by) REFERENCES account (id),
    ADD CONSTRAINT fk_claim_unit_id_class_id
        FOREIGN KEY (unit_id, class_id) REFERENCES training_class (unit_id, id);
ALTER TABLE claim_line
    ADD CONSTRAINT fk_claim_line_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_claim_line_unit_id_intern_id
        FOREIGN KEY (unit_id, intern_id) REFERENCES intern (unit_id, id),
    ADD CONSTRAINT fk_claim_line_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_claim_line_unit_id_claim_id_claim_kind_claim_status
        FOREIGN KEY (unit_id, claim_id, claim_kind, claim_status)
        REFERENCES claim (unit_id, id, kind, status) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_claim_line_unit_id_roster_row_id
        FOREIGN KEY (unit_id, roster_row_id) REFERENCES roster_row (unit_id, id),
    ADD CONSTRAINT fk_claim_line_unit_id_supplements_id
        FOREIGN KEY (unit_id, supplements_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_claim_line_unit_id_trainee_id
        FOREIGN KEY (unit_id, trainee_id) REFERENCES trainee (unit_id, id);
ALTER TABLE claimed_report
    ADD CONSTRAINT fk_claimed_report_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_claimed_report_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_claimed_report_unit_id_report_id
        FOREIGN KEY (unit_id, report_id) REFERENCES monthly_report (unit_id, id);
ALTER TABLE amount_difference
    ADD CONSTRAINT fk_amount_difference_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_amount_difference_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_amount_difference_unit_id_supplement_id
        FOREIGN KEY (unit_id, supplement_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_amount_difference_unit_id_clawback_id
        FOREIGN KEY (unit_id, clawback_id) REFERENCES clawback (unit_id, id),
    ADD CONSTRAINT fk_amount_difference_parameter_id
        FOREIGN KEY (parameter_id) REFERENCES parameter (id);

-- payment
ALTER TABLE publicity
    ADD CONSTRAINT fk_publicity_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_publicity_published_by
        FOREIGN KEY (published_by) REFERENCES account (id);
ALTER TABLE publicity_line
    ADD CONSTRAINT fk_publicity_line_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_publicity_line_publicity_id_first_day_last_day_shown_until
        FOREIGN KEY (publicity_id, first_day, last_day, shown_until)
        REFERENCES publicity (id, first_day, last_day, shown_until),
    ADD CONSTRAINT fk_publicity_line_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id)
        ON DELETE SET NULL (line_id),
    ADD CONSTRAINT fk_publicity_line_unit_id_claim_id
        FOREIGN KEY (unit_id, claim_id) REFERENCES claim (unit_id, id),
    ADD CONSTRAINT fk_publicity_line_settled_by
        FOREIGN KEY (settled_by) REFERENCES account (id);
ALTER TABLE objection
    ADD CONSTRAINT fk_objection_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_objection_publicity_id
        FOREIGN KEY (publicity_id) REFERENCES publicity (id),
    ADD CONSTRAINT fk_objection_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_objection_published_by
        FOREIGN KEY (published_by) REFERENCES account (id),
    ADD CONSTRAINT fk_objection_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id),
    ADD CONSTRAINT fk_objection_unit_id_publicity_line_id
        FOREIGN KEY (unit_id, publicity_line_id) REFERENCES publicity_line (unit_id, id);
ALTER TABLE disbursement_batch
    ADD CONSTRAINT fk_disbursement_batch_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_disbursement_batch_made_by
        FOREIGN KEY (made_by) REFERENCES account (id);
ALTER TABLE batch_export
    ADD CONSTRAINT fk_batch_export_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_batch_export_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_batch_export_batch_id
        FOREIGN KEY (batch_id) REFERENCES disbursement_batch (id);
ALTER TABLE batch_import
    ADD CONSTRAINT fk_batch_import_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_batch_import_account_id
        FOREIGN KEY (account_id) REFERENCES account (id),
    ADD CONSTRAINT fk_batch_import_batch_id
        FOREIGN KEY (batch_id) REFERENCES disbursement_batch (id);
ALTER TABLE payment
    ADD CONSTRAINT fk_payment_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_payment_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_payment_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_payment_batch_id
        FOREIGN KEY (batch_id) REFERENCES disbursement_batch (id);
ALTER TABLE receipt
    ADD CONSTRAINT fk_receipt_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_receipt_unit_id_payment_id
        FOREIGN KEY (unit_id, payment_id) REFERENCES payment (unit_id, id),
    ADD CONSTRAINT fk_receipt_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_receipt_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_receipt_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
ALTER TABLE clawback
    ADD CONSTRAINT fk_clawback_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE,
    ADD CONSTRAINT fk_clawback_unit_id_line_id
        FOREIGN KEY (unit_id, line_id) REFERENCES claim_line (unit_id, id),
    ADD CONSTRAINT fk_clawback_unit_id_reduction_id
        FOREIGN KEY (unit_id, reduction_id) REFERENCES reduction (unit_id, id),
    ADD CONSTRAINT fk_clawback_submitted_by
        FOREIGN KEY (submitted_by) REFERENCES account (id),
    ADD CONSTRAINT fk_clawback_reviewed_by
        FOREIGN KEY (reviewed_by) REFERENCES account (id);

-- desk
ALTER TABLE audit_finding
    ADD CONSTRAINT fk_audit_finding_person_id
        FOREIGN KEY (person_id) REFERENCES person (id),
    ADD CONSTRAINT fk_audit_finding_settled_by
        FOREIGN KEY (settled_by) REFERENCES account (id),
    ADD CONSTRAINT fk_audit_finding_unit_id_region
        FOREIGN KEY (unit_id, region) REFERENCES unit (id, region) ON UPDATE CASCADE;
ALTER TABLE unmasking
    ADD CONSTRAINT fk_unmasking_region
        FOREIGN KEY (region) REFERENCES region (code),
    ADD CONSTRAINT fk_unmasking_account_id
        FOREIGN KEY (account_id) REFERENCES account (id);
