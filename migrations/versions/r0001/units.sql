-- Units 单位 and persons 人员: profiles, bank accounts, qualifications.

-- An employer or agency that hosts interns, hires or trains, and claims for it. 单位
CREATE TABLE unit (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    credit_code varchar NOT NULL,
    name varchar NOT NULL,
    legal_person_type varchar(40),
    legal_representative varchar,
    industry varchar,
    address varchar,
    employees integer,
    contact_name varchar,
    contact_mobile_sealed bytea,
    contact_mobile_index bytea,
    contact_mobile_masked varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    representative_id_sealed bytea,
    representative_id_index bytea,
    representative_id_masked varchar,
    representative_mobile_sealed bytea,
    representative_mobile_index bytea,
    representative_mobile_masked varchar,
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_credit_code UNIQUE (credit_code),
    CONSTRAINT uq_unit_id_region UNIQUE (id, region)
);
CREATE INDEX ix_unit_region_id ON unit (region, id);

-- A natural person on file: of their own accord, or from a mirrored file (X13). 人员
CREATE TABLE person (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    name varchar NOT NULL,
    birth_date date NOT NULL,
    id_number_sealed bytea NOT NULL,
    id_number_index bytea NOT NULL,
    id_number_masked varchar NOT NULL,
    mobile_sealed bytea,
    mobile_index bytea,
    mobile_masked varchar,
    education varchar(40),
    school varchar,
    graduated_on date,
    completed_at timestamptz,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    source varchar,
    as_of date,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT uq_person_id_region UNIQUE (id, region),
    CONSTRAINT uq_person_id_number_index UNIQUE (id_number_index)
);
CREATE INDEX ix_person_region_id ON person (region, id);

-- An account into which a unit is paid. 银行账户
CREATE TABLE bank_account (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    bank varchar NOT NULL,
    branch varchar NOT NULL,
    account_name varchar NOT NULL,
    number_sealed bytea NOT NULL,
    number_index bytea NOT NULL,
    number_masked varchar NOT NULL,
    is_default boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    holder varchar(40) DEFAULT 'UNIT' NOT NULL,
    CONSTRAINT pk_bank_account PRIMARY KEY (unit_id, id)
);
CREATE INDEX ix_bank_account_region_id ON bank_account (region, id);
CREATE UNIQUE INDEX uq_bank_account_unit_id_default ON bank_account (unit_id) WHERE is_default;
CREATE UNIQUE INDEX uq_bank_account_unit_id_number ON bank_account (unit_id, number_index);
CREATE INDEX ix_bank_account_number_index ON bank_account (number_index);

-- What a unit is, on the word of a document and a district's officer (S4, S12). 单位资质
CREATE TABLE qualification (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    kind varchar(40) NOT NULL,
    size varchar(40),
    licence_number varchar,
    valid_from date NOT NULL,
    valid_to date,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_qualification PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_qualification_sizes_have_a_size CHECK (
        (kind = 'ENTERPRISE_SIZE') = (size IS NOT NULL)
    ),
    CONSTRAINT ck_qualification_licences_have_a_number CHECK (
        (kind = 'AGENCY_LICENCE') = (licence_number IS NOT NULL)
    ),
    CONSTRAINT ck_qualification_begins_before_it_ends CHECK (valid_from <= valid_to),
    CONSTRAINT ex_qualification_unit_id_kind_valid EXCLUDE USING gist (
        unit_id WITH =, kind WITH =, daterange(valid_from, valid_to, '[]') WITH &&
    ) WHERE (status = 'APPROVED')
);
CREATE INDEX ix_qualification_region_id ON qualification (region, id);
CREATE INDEX ix_qualification_unit_id_kind_valid_from ON qualification (unit_id, kind, valid_from);
CREATE INDEX ix_qualification_queue_by_age
    ON qualification (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_qualification_queue_by_region
    ON qualification (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');
