//! What a learning platform is sent that breaks a rule: files, dates, groups, languages. Each answer names the field or the
//! line and the rule, and nothing is half done (A59).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use futures_util::stream;
use http::Request;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    a59_what_is_wrong_with_a_row_is_told_by_its_line,
    a59_no_more_of_a_file_is_read_than_it_may_have,
    a59_rows_in_json_keep_the_same_rules,
    a59_dates_groups_and_languages_that_cannot_be_are_refused,
}

async fn school(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "learning_platform").await;
    (ada, format!("/api/v1/organizations/{organization}"))
}

async fn a59_what_is_wrong_with_a_row_is_told_by_its_line(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let path = format!("{base}/members/import");
    let file = "last name,first name,e-mail,send e-mail,password,language,groups,deactivation date\n\
        =cmd|' /C calc'!A0,,a@example.org\n\
        Bell,@SUM(A1),b@example.org\n\
        Short,C,c@example.org,,short\n\
        Switch,D,d@example.org,maybe\n\
        Where,E,e@example.org,,,klingon\n\
        Group,F,f@example.org,,,,nowhere\n\
        Past,G,g@example.org,,,,,2001-01-01\n\
        When,H,h@example.org,,,,,soon\n\
        Long,I,i@example.org,,,,,,,surplus\n\
        ,,j@example.org\n\
        \"Open\nLine\",K,k@example.org\n\
        Twice,L,l@example.org\n\
        Twice,L,L@EXAMPLE.ORG\n\
        Good,M,m@example.org\n\
        O'Brien \"Bob\",N,n@example.org\n";
    let expected: [(u64, &[(&str, &str)]); 15] = [
        (2, &[("last_name", "formula")]),
        (3, &[("first_name", "formula")]),
        (4, &[("password", "too-short")]),
        (5, &[("send_email", "not-a-switch")]),
        (6, &[("language", "unknown-language")]),
        (7, &[("groups", "not-an-id")]),
        (8, &[("deactivates_at", "date-in-the-past")]),
        (9, &[("deactivates_at", "not-a-time")]),
        (10, &[("", "too-many-cells")]),
        (11, &[("last_name", "empty")]),
        (12, &[("last_name", "open-quote"), ("last_name", "control-character")]),
        (14, &[]),
        (15, &[("email", "duplicate")]),
        (16, &[]),
        (17, &[]),
    ];
    let dry = ada.post_csv(&format!("{path}?dry_run=true"), file).await.expect(200);
    let told: Vec<(u64, Vec<(&str, &str)>)> = dry["rows"].as_array().unwrap().iter().map(problems).collect();
    let expected: Vec<_> = expected.into_iter().map(|(line, problems)| (line, problems.to_vec())).collect();
    assert_eq!(told, expected, "{dry:#}");
    for row in dry["rows"].as_array().unwrap() {
        for problem in row["problems"].as_array().unwrap() {
            assert!(20 < problem["message"].as_str().unwrap().len(), "a reason in words: {problem}");
        }
    }
    ada.post_csv(&path, file).await.expect(202);
    while 0 < deployment.app.importer.run_once().await.unwrap() {}
    assert_eq!(ada.get(&format!("{base}/members")).await.expect(200)["total"], 4, "Ada and the three good rows");
    // A cell of NUL bytes, or text that no encoding reads, makes the file no table.
    for file in [b"A,B\0,a@example.org\n".to_vec(), b"\xEF\xBB\xBFA,\xC3\x28,a@example.org\n".to_vec()] {
        let refused = ada.post_csv(&path, file).await.refused(422, "invalid-input");
        assert_eq!((&refused["field"], &refused["rule"]), (&json!("file"), &json!("not-a-table")));
    }
}

fn problems(row: &Value) -> (u64, Vec<(&str, &str)>) {
    let problems = row["problems"].as_array().unwrap().iter();
    let problems = problems.map(|it| (it["field"].as_str().unwrap_or(""), it["code"].as_str().unwrap()));
    (row["line"].as_u64().unwrap(), problems.collect())
}

async fn a59_no_more_of_a_file_is_read_than_it_may_have(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let path = format!("{base}/members/import");
    let request = |content_length: Option<usize>, body: Body| {
        let mut request = Request::post(&path)
            .header("host", "localhost:8080")
            .header("authorization", format!("Bearer {}", ada.token.as_deref().unwrap()))
            .header("content-type", "text/csv");
        if let Some(length) = content_length {
            request = request.header("content-length", length);
        }
        request.body(body).unwrap()
    };
    // Whoever says that it is too long is not even listened to; whoever says nothing is cut off.
    for (told, most) in [(Some(100 * 1024 * 1024), 0), (None, 6 * 1024 * 1024)] {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let endless = stream::repeat_with(move || {
            counted.fetch_add(64 * 1024, Ordering::SeqCst);
            Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024])
        });
        ada.raw(request(told, Body::from_stream(endless))).await.refused(413, "body-too-large");
        assert!(read.load(Ordering::SeqCst) <= most, "{} bytes were read", read.load(Ordering::SeqCst));
    }
    assert_eq!(ada.get(&format!("{base}/members/imports")).await.expect(200)["total"], 0);
}

async fn a59_rows_in_json_keep_the_same_rules(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let path = format!("{base}/members/import?dry_run=true");
    let many: Vec<_> = (0..10_001).map(|number| json!({ "last_name": format!("P{number}") })).collect();
    let refused = ada.post(&path, json!({ "rows": many })).await.refused(422, "invalid-input");
    assert_eq!((&refused["field"], &refused["rule"]), (&json!("rows"), &json!("out-of-range")));
    let refused = ada.post(&path, json!({ "rows": [] })).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "rows");
    let refused = ada.post(&path, json!({ "rows": [{ "shoe_size": "42" }] })).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "shoe_size", "{refused}");
    let rows = json!({ "rows": [{ "last_name": "A\u{0}" }, { "last_name": "B", "email": "b@example.org" }] });
    let dry = ada.post(&path, rows).await.expect(200);
    let told: Vec<_> = dry["rows"].as_array().unwrap().iter().map(problems).collect();
    assert_eq!(told, [(1, vec![("last_name", "control-character")]), (2, vec![])]);
    ada.post_csv(&format!("{base}/members/import?existing=merge"), "A,B,a@example.org")
        .await
        .refused(422, "invalid-input");
    ada.post_csv(&format!("{base}/members/import?colour=red"), "A,B,a@example.org").await.refused(422, "invalid-input");
}

async fn a59_dates_groups_and_languages_that_cannot_be_are_refused(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let at = |days| (deployment.now() + Duration::days(days)).format(&Rfc3339).unwrap();
    let nowhere = uuid::Uuid::from_u128(7).to_string();
    let program = ada.post(&format!("{base}/programs"), json!({ "name": "Safety" })).await.expect(201)["id"].clone();
    let sessions = format!("{base}/programs/{}/sessions", program.as_str().unwrap());
    for (starts, ends) in [(at(2), at(1)), (at(2), at(2))] {
        let form = json!({ "title": "Ropes", "starts_at": starts, "ends_at": ends });
        let refused = ada.post(&sessions, form).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], "ends_at", "{refused}");
    }
    let invite = |field: &str, value: Value| {
        let mut form = json!({ "email": address("Bob") });
        form[field] = value;
        form
    };
    for (field, value, status, code) in [
        ("deactivates_at", json!(at(-1)), 422, "date-in-the-past"),
        ("send_at", json!(at(-1)), 422, "date-in-the-past"),
        ("groups", json!([nowhere]), 404, "unknown-group"),
        ("groups", json!(["North"]), 422, "invalid-input"),
        ("language", json!("klingon"), 422, "invalid-input"),
        ("deactivates_at", json!("soon"), 422, "invalid-input"),
    ] {
        let answer = ada.post(&format!("{base}/invitations"), invite(field, value.clone())).await;
        let told = answer.json();
        assert_eq!((answer.status.as_u16(), told["code"].as_str().unwrap()), (status, code), "{field} {value}: {told}");
    }
    let ended = json!({ "email": address("Bob"), "send_at": at(3), "deactivates_at": at(2) });
    let refused = ada.post(&format!("{base}/invitations"), ended).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "deactivates_at", "nobody could accept it: {refused}");
    let list = json!({ "text": "bob@example.org", "groups": [nowhere] });
    let told = ada.post(&format!("{base}/invitations/batch"), list).await.expect(200);
    assert_eq!(told["items"][0]["outcome"], "unknown-group");
    assert_eq!(ada.get(&format!("{base}/invitations")).await.expect(200)["total"], 0, "nothing half done");
    assert!(!deployment.mails().await.iter().any(|mail| mail.to.contains("bob@")));
}
