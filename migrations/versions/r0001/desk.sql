-- What offices note of others' records: warning signs, and who looked at what.

-- A warning sign about a unit's record; it blocks nothing by itself (X14). 审计疑点
CREATE TABLE audit_finding (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    sign varchar(40) NOT NULL,
    record_id uuid NOT NULL,
    person_id uuid,
    evidence jsonb NOT NULL,
    state varchar(40) NOT NULL,
    settled_by uuid,
    settled_by_name varchar,
    settled_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_audit_finding PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_audit_finding_unit_id_sign_record_id UNIQUE (unit_id, sign, record_id)
);
CREATE INDEX ix_audit_finding_region_id ON audit_finding (region, id);
CREATE INDEX ix_audit_finding_region_state_id ON audit_finding (region, state, id);

-- That an officer looked at personal data of a record, which and why (X11). 查看敏感信息记录
CREATE TABLE unmasking (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    record varchar NOT NULL,
    fields jsonb NOT NULL,
    reason varchar NOT NULL,
    at timestamptz NOT NULL,
    account_id uuid NOT NULL,
    account_name varchar NOT NULL,
    role varchar(40) NOT NULL,
    CONSTRAINT pk_unmasking PRIMARY KEY (id)
);
CREATE INDEX ix_unmasking_region_id ON unmasking (region, id);
