-- From approval to payment: publicity, objections, batches, payments, receipts, clawbacks.

-- Lines of one kind that a region shows to the public for some days (S17, X7). 公示
CREATE TABLE publicity (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    claim_kind varchar(40) NOT NULL,
    title varchar NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    shown_until date NOT NULL,
    published_by uuid NOT NULL,
    published_by_name varchar NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT pk_publicity PRIMARY KEY (id),
    CONSTRAINT uq_publicity_id_first_day_last_day_shown_until UNIQUE
        (id, first_day, last_day, shown_until),
    CONSTRAINT ck_publicity_days_follow_each_other CHECK (
        first_day <= last_day
        AND last_day <= shown_until
    )
);
CREATE INDEX ix_publicity_region_id ON publicity (region, id);
CREATE INDEX ix_publicity_shown_until_id ON publicity (shown_until, id);

-- A line as it was published, and what came of it (S17, S18). 公示明细
CREATE TABLE publicity_line (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    publicity_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    shown_until date NOT NULL,
    number integer NOT NULL,
    claim_id uuid NOT NULL,
    line_id uuid,
    name_masked varchar NOT NULL,
    id_number_masked varchar NOT NULL,
    unit_name varchar NOT NULL,
    amount numeric(12,2) NOT NULL,
    outcome varchar(40) NOT NULL,
    reason varchar,
    settled_by uuid,
    settled_at timestamptz,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    course_name varchar,
    class_number varchar,
    CONSTRAINT pk_publicity_line PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_publicity_line_publicity_id_number UNIQUE (publicity_id, number)
);
CREATE INDEX ix_publicity_line_region_id ON publicity_line (region, id);
CREATE INDEX ix_publicity_line_unit_id_line_id ON publicity_line (unit_id, line_id);
CREATE UNIQUE INDEX uq_publicity_line_unit_id_line_id_pending
    ON publicity_line (unit_id, line_id)
    WHERE outcome = 'PENDING';

-- Somebody objects to a publicity or to one of its lines; an officer settles it (X7). 异议
CREATE TABLE objection (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    number_hash bytea NOT NULL,
    publicity_id uuid NOT NULL,
    unit_id uuid,
    publicity_line_id uuid,
    text varchar NOT NULL,
    contact_name_sealed bytea NOT NULL,
    contact_name_masked varchar NOT NULL,
    contact_mobile_sealed bytea NOT NULL,
    contact_mobile_index bytea NOT NULL,
    contact_mobile_masked varchar NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz NOT NULL,
    published_by uuid NOT NULL,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_objection PRIMARY KEY (id),
    CONSTRAINT uq_objection_number_hash UNIQUE (number_hash)
);
CREATE INDEX ix_objection_region_id ON objection (region, id);
CREATE INDEX ix_objection_publicity_id_id ON objection (publicity_id, id);
CREATE INDEX ix_objection_unit_id_publicity_line_id ON objection (unit_id, publicity_line_id);
CREATE INDEX ix_objection_queue_by_age
    ON objection (submitted_at, id, region, status)
    WHERE status = 'SUBMITTED';
CREATE INDEX ix_objection_queue_by_region
    ON objection (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status = 'SUBMITTED';

-- Payments that go to the bank together; the figures are those of its payments (X8). 发放批次
CREATE TABLE disbursement_batch (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    number varchar NOT NULL,
    claim_kind varchar(40),
    state varchar(40) NOT NULL,
    payment_count integer NOT NULL,
    paid_count integer NOT NULL,
    failed_count integer NOT NULL,
    amount numeric(12,2) NOT NULL,
    paid_amount numeric(12,2) NOT NULL,
    failed_amount numeric(12,2) NOT NULL,
    sent_back integer NOT NULL,
    reason varchar,
    made_by uuid NOT NULL,
    made_by_name varchar NOT NULL,
    settled_at timestamptz,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_disbursement_batch PRIMARY KEY (id),
    CONSTRAINT uq_disbursement_batch_region_number UNIQUE (region, number),
    CONSTRAINT ck_disbursement_batch_figures_add_up CHECK (
        paid_count + failed_count <= payment_count
        AND paid_amount + failed_amount <= amount
    )
);
CREATE INDEX ix_disbursement_batch_region_id ON disbursement_batch (region, id);

-- Somebody opened a batch's account numbers to write them for the bank (X8, X11). 批次导出
CREATE TABLE batch_export (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    batch_id uuid NOT NULL,
    format varchar(40) NOT NULL,
    name varchar NOT NULL,
    size integer NOT NULL,
    sha256 varchar(64) NOT NULL,
    payment_count integer NOT NULL,
    amount numeric(12,2) NOT NULL,
    account_id uuid NOT NULL,
    account_name varchar NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_batch_export PRIMARY KEY (id)
);
CREATE INDEX ix_batch_export_batch_id_id ON batch_export (batch_id, id);
CREATE INDEX ix_batch_export_region_id ON batch_export (region, id);

-- What the bank answered of a batch, and what came of each row (X8). 结果导入
CREATE TABLE batch_import (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    batch_id uuid NOT NULL,
    sha256 varchar(64) NOT NULL,
    row_count integer NOT NULL,
    paid_count integer NOT NULL,
    failed_count integer NOT NULL,
    known_count integer NOT NULL,
    fault_count integer NOT NULL,
    outcomes jsonb NOT NULL,
    account_id uuid NOT NULL,
    account_name varchar NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_batch_import PRIMARY KEY (id)
);
CREATE INDEX ix_batch_import_batch_id_id ON batch_import (batch_id, id);
CREATE INDEX ix_batch_import_region_id ON batch_import (region, id);

-- One attempt to pay a line, to whom and where as it stood then (X8). 支付记录
CREATE TABLE payment (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    line_id uuid NOT NULL,
    person_id uuid NOT NULL,
    batch_id uuid,
    number integer NOT NULL,
    reference varchar NOT NULL,
    payee_name varchar NOT NULL,
    payee_bank varchar NOT NULL,
    payee_number_sealed bytea NOT NULL,
    payee_number_masked varchar NOT NULL,
    amount numeric(12,2) NOT NULL,
    state varchar(40) NOT NULL,
    reason varchar,
    bank_reference varchar,
    paid_on date,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_payment PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_payment_pays_something CHECK (amount > 0),
    CONSTRAINT ck_payment_paid_on_a_day CHECK ((state = 'PAID') = (paid_on IS NOT NULL)),
    CONSTRAINT ck_payment_outside_the_system_is_paid CHECK (batch_id IS NOT NULL OR state = 'PAID')
);
CREATE INDEX ix_payment_region_id ON payment (region, id);
CREATE INDEX ix_payment_unit_id_line_id ON payment (unit_id, line_id);
CREATE INDEX ix_payment_batch_id_number ON payment (batch_id, number);
CREATE UNIQUE INDEX uq_payment_reference ON payment (reference);
CREATE UNIQUE INDEX uq_payment_unit_id_line_id_standing
    ON payment (unit_id, line_id)
    WHERE state IN ('IN_BATCH', 'PAID');

-- Whether somebody says that a payment arrived; their last word counts. 到账确认
CREATE TABLE receipt (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    payment_id uuid NOT NULL,
    line_id uuid NOT NULL,
    person_id uuid,
    arrived boolean NOT NULL,
    note varchar,
    account_id uuid NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_receipt_region_id ON receipt (region, id);
CREATE INDEX ix_receipt_unit_id_line_id ON receipt (unit_id, line_id);

-- A proposal to claw back what a line was paid; who proposed it submitted it (X1, X2). 追回
CREATE TABLE clawback (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    line_id uuid NOT NULL,
    reduction_id uuid,
    amount numeric(12,2) NOT NULL,
    cause varchar NOT NULL,
    explanation jsonb NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_clawback PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_clawback_claws_something_back CHECK (amount > 0)
);
CREATE INDEX ix_clawback_region_id ON clawback (region, id);
CREATE INDEX ix_clawback_unit_id_line_id ON clawback (unit_id, line_id);
CREATE UNIQUE INDEX uq_clawback_unit_id_line_id_standing
    ON clawback (unit_id, line_id)
    WHERE status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED');
CREATE INDEX ix_clawback_queue_by_age
    ON clawback (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_clawback_queue_by_region
    ON clawback (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');
