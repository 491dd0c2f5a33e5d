-- External facts 外部数据, mirrored from the authorities' systems.

-- One month's social-insurance contribution for a person. 社保缴费
CREATE TABLE insurance_contribution (
    person_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    month date NOT NULL,
    employer_credit_code varchar NOT NULL,
    source varchar NOT NULL,
    as_of date NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_insurance_contribution PRIMARY KEY (person_id, id, month),
    CONSTRAINT uq_insurance_contribution_person_id_month_employer_credit_code UNIQUE
        (person_id, month, employer_credit_code)
) PARTITION BY RANGE (month);

-- A year's contributions to a partition. They lie in a schema that the service may not enter: it
-- reaches them through their table alone, whose policies bind it.
CREATE SCHEMA partitions;
CREATE TABLE partitions.insurance_contribution_default
    PARTITION OF insurance_contribution DEFAULT;
CREATE TABLE partitions.insurance_contribution_2015 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2015-01-01') TO ('2016-01-01');
CREATE TABLE partitions.insurance_contribution_2016 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2016-01-01') TO ('2017-01-01');
CREATE TABLE partitions.insurance_contribution_2017 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2017-01-01') TO ('2018-01-01');
CREATE TABLE partitions.insurance_contribution_2018 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2018-01-01') TO ('2019-01-01');
CREATE TABLE partitions.insurance_contribution_2019 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2019-01-01') TO ('2020-01-01');
CREATE TABLE partitions.insurance_contribution_2020 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE partitions.insurance_contribution_2021 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE partitions.insurance_contribution_2022 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE partitions.insurance_contribution_2023 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE partitions.insurance_contribution_2024 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE partitions.insurance_contribution_2025 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE partitions.insurance_contribution_2026 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE partitions.insurance_contribution_2027 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
CREATE TABLE partitions.insurance_contribution_2028 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
CREATE TABLE partitions.insurance_contribution_2029 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
CREATE TABLE partitions.insurance_contribution_2030 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2030-01-01') TO ('2031-01-01');
CREATE TABLE partitions.insurance_contribution_2031 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');
CREATE TABLE partitions.insurance_contribution_2032 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2032-01-01') TO ('2033-01-01');
CREATE TABLE partitions.insurance_contribution_2033 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2033-01-01') TO ('2034-01-01');
CREATE TABLE partitions.insurance_contribution_2034 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2034-01-01') TO ('2035-01-01');
CREATE TABLE partitions.insurance_contribution_2035 PARTITION OF insurance_contribution
    FOR VALUES FROM ('2035-01-01') TO ('2036-01-01');

-- A spell during which a person was registered unemployed. 失业登记
CREATE TABLE unemployment_registration (
    person_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    registered_on date NOT NULL,
    ended_on date,
    source varchar NOT NULL,
    as_of date NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_unemployment_registration PRIMARY KEY (person_id, id),
    CONSTRAINT uq_unemployment_registration_person_id_registered_on UNIQUE
        (person_id, registered_on)
);

-- A rural worker's registered move to work elsewhere. 转移就业
CREATE TABLE transfer_employment (
    person_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    transferred_on date NOT NULL,
    ended_on date,
    destination varchar,
    source varchar NOT NULL,
    as_of date NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_transfer_employment PRIMARY KEY (person_id, id),
    CONSTRAINT uq_transfer_employment_person_id_transferred_on UNIQUE (person_id, transferred_on)
);

-- A labour contract on file. 劳动合同
CREATE TABLE labour_contract (
    person_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    employer_credit_code varchar NOT NULL,
    signed_on date NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    open_ended boolean NOT NULL,
    source varchar NOT NULL,
    as_of date NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT pk_labour_contract PRIMARY KEY (person_id, id),
    CONSTRAINT uq_labour_contract_person_id_employer_credit_code_starts_on UNIQUE
        (person_id, employer_credit_code, starts_on),
    CONSTRAINT ck_labour_contract_starts_before_it_ends CHECK (starts_on <= ends_on),
    CONSTRAINT ck_labour_contract_open_ended_has_no_end CHECK (NOT open_ended OR ends_on IS NULL)
);

-- That a file was loaded: what it covers, and until when; no fact on file means little else.
CREATE TABLE fact_load (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    kind varchar(40) NOT NULL,
    source varchar NOT NULL,
    as_of date NOT NULL,
    latest date,
    digest bytea NOT NULL,
    loaded integer NOT NULL,
    refused integer NOT NULL,
    loaded_at timestamptz DEFAULT now() NOT NULL,
    account_id uuid,
    CONSTRAINT pk_fact_load PRIMARY KEY (id),
    CONSTRAINT uq_fact_load_kind_source_as_of_region_digest UNIQUE
        (kind, source, as_of, region, digest)
);
CREATE INDEX ix_fact_load_kind_region_as_of ON fact_load (kind, region, as_of);
