-- Policy 政策: parameters by place and day, and which days are worked.

-- A figure of policy: where and from when it holds, and on whose word (X6). 政策参数
CREATE TABLE parameter (
    id uuid NOT NULL,
    key varchar NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    category varchar,
    value varchar NOT NULL,
    unit varchar NOT NULL,
    effective_from date NOT NULL,
    effective_to date,
    source varchar NOT NULL,
    confirmed boolean NOT NULL,
    status varchar(40) NOT NULL,
    proposed_by uuid,
    decided_by uuid,
    decided_at timestamptz,
    reason varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    examined_at timestamptz,
    examined_to uuid,
    CONSTRAINT pk_parameter PRIMARY KEY (id),
    CONSTRAINT ck_parameter_starts_before_it_ends CHECK (effective_from <= effective_to)
);
CREATE INDEX ix_parameter_key_region ON parameter (key, region);
CREATE INDEX ix_parameter_to_examine
    ON parameter (decided_at)
    WHERE status = 'APPROVED' AND examined_at IS NULL;

-- A year's holidays and make-up days in a region, as announced (X7). 工作日历
CREATE TABLE calendar_year (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    year integer NOT NULL,
    edition integer NOT NULL,
    days jsonb NOT NULL,
    source varchar NOT NULL,
    entered_by uuid,
    entered_at timestamptz NOT NULL,
    CONSTRAINT pk_calendar_year PRIMARY KEY (id),
    CONSTRAINT uq_calendar_year_region_year_edition UNIQUE (region, year, edition)
);
