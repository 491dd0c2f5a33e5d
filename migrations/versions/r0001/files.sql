-- Files: on their way, and attached to records.

-- A file on its way to a record: announced, sent, attached; swept if it never is. 上传文件
CREATE TABLE upload (
    id uuid NOT NULL,
    account_id uuid,
    secret_hash bytea,
    name varchar NOT NULL,
    type varchar(40) NOT NULL,
    size integer NOT NULL,
    sha256 varchar(64),
    object_key varchar,
    created_at timestamptz DEFAULT now() NOT NULL,
    expires_at timestamptz NOT NULL,
    stored_at timestamptz,
    attached_at timestamptz,
    CONSTRAINT pk_upload PRIMARY KEY (id),
    CONSTRAINT uq_upload_object_key UNIQUE (object_key),
    CONSTRAINT ck_upload_has_one_holder CHECK (num_nonnulls(account_id, secret_hash) = 1),
    CONSTRAINT ck_upload_is_not_empty CHECK (size > 0)
);
CREATE INDEX ix_upload_created_at ON upload (created_at);

-- A file that belongs to one of a unit's records (J8, J15, J25, J33). 附件
CREATE TABLE attachment (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    record varchar(40) NOT NULL,
    record_id uuid NOT NULL,
    document varchar(40) NOT NULL,
    name varchar NOT NULL,
    type varchar(40) NOT NULL,
    size integer NOT NULL,
    sha256 varchar(64) NOT NULL,
    object_key varchar NOT NULL,
    attached_at timestamptz NOT NULL,
    account_id uuid,
    account_name varchar NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_attachment_unit_id_object_key UNIQUE (unit_id, object_key)
);
CREATE INDEX ix_attachment_object_key ON attachment (object_key);
CREATE INDEX ix_attachment_region_id ON attachment (region, id);
CREATE INDEX ix_attachment_unit_id_record_id_id ON attachment (unit_id, record_id, id);
