-- What all areas stand on: regions, series of numbers, requests, tries, history.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- A region of GB/T 2260. 行政区划
CREATE TABLE region (
    code varchar(6) COLLATE "C" NOT NULL,
    name varchar NOT NULL,
    level varchar(40) NOT NULL,
    parent varchar(6) COLLATE "C",
    CONSTRAINT pk_region PRIMARY KEY (code)
);

-- The last number given of a series, such as a day's classes in a region (S22).
CREATE TABLE number_series (
    bucket varchar NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_number_series PRIMARY KEY (bucket)
);

-- A mutation that was carried out under an idempotency key, and what it answered (X12).
CREATE TABLE request (
    account_id uuid NOT NULL,
    key varchar NOT NULL,
    mutation varchar NOT NULL,
    input_hash bytea NOT NULL,
    answer jsonb NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_request PRIMARY KEY (account_id, key)
);
CREATE INDEX ix_request_at ON request (at);

-- How often something was tried within a window.
CREATE TABLE rate_limit (
    bucket varchar NOT NULL,
    window_start timestamptz NOT NULL,
    count integer NOT NULL,
    CONSTRAINT pk_rate_limit PRIMARY KEY (bucket)
);
CREATE INDEX ix_rate_limit_window_start ON rate_limit (window_start);

-- Who did what to a unit's record, when, from which state to which, and why (X9). 操作记录
CREATE TABLE history (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    record varchar NOT NULL,
    record_id uuid NOT NULL,
    action varchar NOT NULL,
    from_status varchar,
    to_status varchar,
    reason varchar,
    changes jsonb NOT NULL,
    at timestamptz DEFAULT now() NOT NULL,
    account_id uuid NOT NULL,
    account_name varchar NOT NULL,
    role varchar(40) NOT NULL,
    person_id uuid,
    title varchar,
    sequence integer NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT pk_history PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_history_unit_id_sequence UNIQUE (unit_id, sequence)
);
CREATE INDEX ix_history_region_id ON history (region, id);
CREATE INDEX ix_history_unit_id_record_id_id ON history (unit_id, record_id, id);
CREATE INDEX ix_history_unit_id_at_id ON history (unit_id, at, id);
CREATE INDEX ix_history_person_id_at_id ON history (person_id, at, id) WHERE person_id IS NOT NULL;
CREATE INDEX ix_history_account_id_at_id ON history (account_id, at, id);
