/** SQL that gives an empty platform submissions 1 to `count`. */
export function ungradedSubmissions(count: number): string {
  return `
    insert into roles (name) values ('teacher') on conflict do nothing;
    insert into users (full_name, email, password_hash, role_id) values ('T', 't@example.org', '', (select id from roles limit 1));
    insert into classes (name, invite_code, teacher_id) values ('C', 'ABCD1234', (select id from users limit 1));
    insert into problems (class_id, title) values ((select id from classes limit 1), 'P');
    insert into submissions (problem_id, student_id, source_code)
      select (select id from problems limit 1), (select id from users limit 1), 'int main(){}' from generate_series(1, ${count});`;
}
