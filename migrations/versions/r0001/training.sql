-- Vocational training 职业培训: courses, classes, trainees, completions.

-- An online course 线上培训项目 as a region offers it: by whom, how long, for how much (S20).
CREATE TABLE course (
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    code varchar NOT NULL,
    edition integer NOT NULL,
    name varchar NOT NULL,
    provider varchar NOT NULL,
    hours integer NOT NULL,
    fee numeric(12,2) NOT NULL,
    offered boolean NOT NULL,
    entered_by uuid,
    entered_at timestamptz NOT NULL,
    CONSTRAINT pk_course PRIMARY KEY (id),
    CONSTRAINT uq_course_code_edition UNIQUE (code, edition),
    CONSTRAINT ck_course_figures_make_sense CHECK (hours > 0 AND fee >= 0)
);

-- A class of an enterprise's own staff for a course (S22). 培训班
CREATE TABLE training_class (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    number varchar NOT NULL,
    place varchar(6) COLLATE "C" NOT NULL,
    course_id uuid NOT NULL,
    course_code varchar NOT NULL,
    name varchar NOT NULL,
    opens_on date NOT NULL,
    ends_on date NOT NULL,
    completed_on date,
    CONSTRAINT pk_training_class PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_training_class_number UNIQUE (number),
    CONSTRAINT ck_training_class_opens_before_it_ends CHECK (opens_on <= ends_on)
);
CREATE INDEX ix_training_class_region_id ON training_class (region, id);
CREATE INDEX ix_training_class_queue_by_age
    ON training_class (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_training_class_queue_by_region
    ON training_class (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_training_class_course_id ON training_class (course_id);
CREATE INDEX ix_training_class_unit_id_course_code ON training_class (unit_id, course_code);

-- A person who attends a class 学员, and what it takes of their time and places (S21, S23).
CREATE TABLE trainee (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    class_id uuid NOT NULL,
    person_id uuid NOT NULL,
    roster_row_id uuid,
    name varchar NOT NULL,
    id_number_masked varchar NOT NULL,
    during daterange DEFAULT 'empty' NOT NULL,
    place integer,
    period_from date,
    most integer,
    override_reason varchar,
    overridden_by uuid,
    overridden_at timestamptz,
    score numeric(6,2),
    scored_at timestamptz,
    outcome varchar(40) DEFAULT 'OPEN' NOT NULL,
    course_id uuid,
    unit_name varchar,
    CONSTRAINT pk_trainee PRIMARY KEY (unit_id, id),
    CONSTRAINT uq_trainee_unit_id_class_id_person_id UNIQUE (unit_id, class_id, person_id),
    CONSTRAINT ck_trainee_takes_both_or_neither CHECK (isempty(during) = (place IS NULL)),
    CONSTRAINT ck_trainee_a_place_is_one_of_a_period CHECK (
        place IS NULL
        OR (period_from IS NOT NULL AND most IS NOT NULL AND place > 0)
    ),
    CONSTRAINT ck_trainee_within_the_most CHECK (place <= most OR override_reason IS NOT NULL),
    CONSTRAINT ck_trainee_scores_count_up CHECK (score >= 0),
    CONSTRAINT ex_trainee_person_id_during EXCLUDE USING gist (person_id WITH =, during WITH &&)
);
CREATE INDEX ix_trainee_region_id ON trainee (region, id);
CREATE INDEX ix_trainee_person_id ON trainee (person_id);
CREATE INDEX ix_trainee_unit_id_roster_row_id ON trainee (unit_id, roster_row_id);
CREATE UNIQUE INDEX uq_trainee_person_id_period_from_place
    ON trainee (person_id, period_from, place)
    WHERE place IS NOT NULL;
CREATE INDEX ix_trainee_course_id ON trainee (course_id);

-- That a class has been completed 班级结业, for an officer to review (S27). 结业申请
CREATE TABLE completion (
    unit_id uuid NOT NULL,
    id uuid NOT NULL,
    region varchar(6) COLLATE "C" NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    status varchar(40) NOT NULL,
    submitted_by uuid,
    submitted_at timestamptz,
    reviewed_by uuid,
    reviewed_at timestamptz,
    reason varchar,
    class_id uuid NOT NULL,
    completed integer NOT NULL,
    not_completed integer NOT NULL,
    CONSTRAINT pk_completion PRIMARY KEY (unit_id, id),
    CONSTRAINT ck_completion_counts_are_counts CHECK (completed >= 0 AND not_completed >= 0)
);
CREATE INDEX ix_completion_region_id ON completion (region, id);
CREATE INDEX ix_completion_queue_by_age
    ON completion (submitted_at, id, region, status)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE INDEX ix_completion_queue_by_region
    ON completion (region, status, submitted_at, id) INCLUDE (unit_id)
    WHERE status IN ('SUBMITTED', 'RETURNED');
CREATE UNIQUE INDEX uq_completion_unit_id_class_id_standing
    ON completion (unit_id, class_id)
    WHERE status <> 'WITHDRAWN';
