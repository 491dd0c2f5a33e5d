-- Accounts 账号: sign-ins, granted functions, appeals with their evidence.

-- Somebody who may sign in: a person once, a unit as one legal person 法人账号. 账号
CREATE TABLE account (
    id uuid NOT NULL,
    username varchar NOT NULL,
    password_hash varchar NOT NULL,
    role varchar(40) NOT NULL,
    name varchar NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    unit_id uuid,
    person_id uuid,
    active boolean DEFAULT true NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    agreement varchar,
    agreed_at timestamptz,
    favourites jsonb DEFAULT '[]' NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_username UNIQUE (username),
    CONSTRAINT uq_account_person_id UNIQUE (person_id),
    CONSTRAINT uq_account_id_region_role UNIQUE (id, region, role)
);
CREATE INDEX ix_account_region_id ON account (region, id);
CREATE INDEX ix_account_unit_id ON account (unit_id);
CREATE UNIQUE INDEX uq_account_unit_id_legal_person
    ON account (unit_id)
    WHERE role = 'LEGAL_PERSON';

-- A sign-in that lives on through rotating refresh tokens; only their hashes are kept.
CREATE TABLE sign_in_session (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    spent_hash bytea,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    way varchar(40) NOT NULL,
    user_agent varchar,
    seen_at timestamptz,
    CONSTRAINT pk_sign_in_session PRIMARY KEY (id)
);
CREATE INDEX ix_sign_in_session_account_id ON sign_in_session (account_id);
CREATE INDEX ix_sign_in_session_expires_at ON sign_in_session (expires_at);

-- Somebody tried to sign in to an account. 登录记录
CREATE TABLE sign_in (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    at timestamptz NOT NULL,
    way varchar(40) NOT NULL,
    succeeded boolean NOT NULL,
    user_agent varchar,
    CONSTRAINT pk_sign_in PRIMARY KEY (id)
);
CREATE INDEX ix_sign_in_account_id_id ON sign_in (account_id, id);

-- A browser's request to be signed in by a mobile app; only hashes are kept (J4). 扫码登录
CREATE TABLE sign_in_ticket (
    id uuid NOT NULL,
    ticket_hash bytea NOT NULL,
    secret_hash bytea NOT NULL,
    requested_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    approved_by uuid,
    approved_in uuid,
    approved_at timestamptz,
    redeemed_at timestamptz,
    CONSTRAINT pk_sign_in_ticket PRIMARY KEY (id),
    CONSTRAINT uq_sign_in_ticket_ticket_hash UNIQUE (ticket_hash),
    CONSTRAINT uq_sign_in_ticket_secret_hash UNIQUE (secret_hash)
);
CREATE INDEX ix_sign_in_ticket_approved_in ON sign_in_ticket (approved_in);
CREATE INDEX ix_sign_in_ticket_expires_at ON sign_in_ticket (expires_at);

-- A function that was granted to an account, from a day on and maybe up to one (S1). 功能授权
CREATE TABLE function_grant (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    role varchar(40) NOT NULL,
    function varchar NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    reason varchar,
    granted_by uuid,
    granted_by_name varchar NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked boolean DEFAULT false NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    revoked_by_name varchar,
    revoked_because varchar,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_function_grant PRIMARY KEY (id),
    CONSTRAINT ck_function_grant_by_another CHECK (granted_by <> account_id),
    CONSTRAINT ck_function_grant_in_order CHECK (valid_from <= valid_to),
    CONSTRAINT ck_function_grant_revoked CHECK (revoked = (revoked_at IS NOT NULL)),
    CONSTRAINT ex_function_grant_account_id_function_term EXCLUDE USING gist (
        account_id WITH =, function WITH =, daterange(valid_from, valid_to, '[]') WITH &&
    ) WHERE (NOT revoked)
);
CREATE INDEX ix_function_grant_account_id ON function_grant (account_id);
CREATE INDEX ix_function_grant_region_id ON function_grant (region, id);
CREATE INDEX ix_function_grant_region_valid_to
    ON function_grant (region, valid_to)
    WHERE NOT revoked;

-- Somebody has trouble with a unit's account; an officer settles it (J2). 账号申诉
CREATE TABLE account_appeal (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    number_hash bytea NOT NULL,
    unit_id uuid,
    credit_code varchar NOT NULL,
    trouble varchar(40) NOT NULL,
    text varchar NOT NULL,
    contact_name_sealed bytea NOT NULL,
    contact_name_masked varchar NOT NULL,
    contact_mobile_sealed bytea NOT NULL,
    contact_mobile_index bytea NOT NULL,
    contact_mobile_masked varchar NOT NULL,
    status varchar(40) NOT NULL,
    account_id uuid,
    settled_by uuid,
    settled_by_name varchar,
    settled_at timestamptz,
    reason varchar,
    recovered_at timestamptz,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_account_appeal PRIMARY KEY (id),
    CONSTRAINT uq_account_appeal_number_hash UNIQUE (number_hash),
    CONSTRAINT uq_account_appeal_id_number_hash_region UNIQUE (id, number_hash, region)
);
CREATE INDEX ix_account_appeal_region_id ON account_appeal (region, id);

-- A file that proves what an account appeal says (J2). 申诉证据
CREATE TABLE appeal_evidence (
    id uuid NOT NULL,
    appeal_id uuid NOT NULL,
    number_hash bytea NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    document varchar(40) NOT NULL,
    name varchar NOT NULL,
    type varchar(40) NOT NULL,
    size integer NOT NULL,
    sha256 varchar(64) NOT NULL,
    object_key varchar NOT NULL,
    attached_at timestamptz NOT NULL,
    account_id uuid,
    account_name varchar NOT NULL,
    CONSTRAINT pk_appeal_evidence PRIMARY KEY (id),
    CONSTRAINT uq_appeal_evidence_object_key UNIQUE (object_key)
);
CREATE INDEX ix_appeal_evidence_object_key ON appeal_evidence (object_key);
CREATE INDEX ix_appeal_evidence_appeal_id_id ON appeal_evidence (appeal_id, id);

-- The account of background work: no password matches, and it is closed to sign-in.
INSERT INTO account (id, username, password_hash, role, name, region, active) VALUES (
    '6a697579-6500-7000-8000-000000000001', 'system', '!', 'SYSTEM', '系统 system', '000000', false
);
