-- The platform's tables (contract §3). The grading engine never runs this; the demo and the tests do.
-- Can be applied again: nothing that exists is touched.

create table if not exists roles (
  id serial primary key,
  name varchar(50) unique not null
);

create table if not exists users (
  id serial primary key,
  full_name varchar(255) not null,
  email varchar(255) unique not null,
  password_hash varchar(255) not null,
  role_id integer not null references roles (id),
  created_at timestamp default (now() at time zone 'utc')
);

create table if not exists classes (
  id serial primary key,
  name varchar(255) not null,
  course_code varchar(50),
  description text,
  invite_code varchar(8) unique not null,
  teacher_id integer not null references users (id),
  created_at timestamp default (now() at time zone 'utc')
);

create table if not exists class_members (
  student_id integer references users (id),
  class_id integer references classes (id),
  primary key (student_id, class_id)
);

create table if not exists problems (
  id serial primary key,
  class_id integer not null references classes (id),
  title varchar(255) not null,
  description text,
  difficulty varchar(20) default 'medium',
  grading_mode varchar(20) default 'stdio',
  function_signature text,
  function_name varchar(100),
  time_limit_ms integer default 1000,
  memory_limit_kb integer default 256000,
  language_limits jsonb,
  due_date timestamp,
  created_at timestamp default (now() at time zone 'utc')
);

create table if not exists test_cases (
  id serial primary key,
  problem_id integer not null references problems (id),
  input_data text,
  expected_output text,
  is_hidden boolean default false,
  points integer default 10
);

create table if not exists submissions (
  id serial primary key,
  problem_id integer not null references problems (id),
  student_id integer not null references users (id),
  source_code text not null,
  language varchar(50) not null default 'cpp',
  status varchar(50) default 'Pending',
  is_test boolean default false,
  submitted_at timestamp default (now() at time zone 'utc'),
  cached_score integer default 0
);

create table if not exists submission_results (
  id serial primary key,
  submission_id integer not null references submissions (id),
  test_case_id integer references test_cases (id),
  status varchar(50) not null,
  execution_time_ms integer,
  memory_used_kb integer,
  output_received text,
  error_message text
);

create index if not exists test_cases_problem_id on test_cases (problem_id);
create index if not exists submission_results_submission_id on submission_results (submission_id);

insert into roles (name) values ('teacher'), ('student') on conflict do nothing;

-- One teacher, one student and one class, so that problems and submissions can be made without more.
insert into users (full_name, email, password_hash, role_id)
select person.full_name, person.email, 'cannot log in', roles.id
from (values ('Demo Teacher', 'teacher@example.org', 'teacher'), ('Demo Student', 'student@example.org', 'student'))
  as person (full_name, email, role)
join roles on roles.name = person.role
on conflict do nothing;

insert into classes (name, course_code, invite_code, teacher_id)
select 'Demo class', 'DEMO', 'DEMO0001', id from users where email = 'teacher@example.org'
on conflict do nothing;

insert into class_members (student_id, class_id)
select users.id, classes.id from users, classes
where users.email = 'student@example.org' and classes.invite_code = 'DEMO0001'
on conflict do nothing;
