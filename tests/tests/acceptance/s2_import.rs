//! Many people at once: files of rows, tried first, carried out in the background, and taken back (S2.7–S2.9, X.3).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s2_7_a_dry_run_tells_each_rows_outcome_and_writes_nothing,
    s2_7_the_example_lines_import_as_far_as_a_missing_address_allows,
    s2_7_a_file_is_carried_out_part_by_part_and_each_row_once,
    s2_7_an_initial_password_and_a_mail_lead_in,
    s2_8_people_who_are_members_already,
    s2_9_additional_information_is_for_the_api,
    an_import_is_undone_where_nobody_has_used_it,
    a59_a_file_that_is_no_table_is_refused_as_a_whole,
    i14_a_repeated_import_is_one,
    i10_an_import_is_its_organizations_own,
    x_3_a_dry_run_and_the_run_come_to_the_same,
}

const INITIAL: &str = "first come and choose your own";

async fn school(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "learning_platform").await;
    (ada, format!("/api/v1/organizations/{organization}"))
}

async fn carried_out(deployment: &Deployment) {
    while 0 < deployment.app.importer.run_once().await.expect("importing works") {}
}

/// Imports a file, and gives back the import as it is when it is done.
async fn imported(deployment: &Deployment, by: &Client, base: &str, query: &str, file: &str) -> Value {
    let accepted = by.post_csv(&format!("{base}/members/import?{query}"), file).await;
    let import = accepted.expect(202);
    assert_eq!(import["state"], "running");
    let path = accepted.header("location").to_owned();
    carried_out(deployment).await;
    let import = by.get(&path).await.expect(200);
    assert_eq!(import["state"], "done");
    import
}

fn outcomes(rehearsal: &Value) -> Vec<(u64, String)> {
    let told = |row: &Value| {
        let codes = row["problems"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap());
        let words: Vec<_> = [row["outcome"].as_str().unwrap()].into_iter().chain(codes).collect();
        (row["line"].as_u64().unwrap(), words.join(" "))
    };
    rehearsal["rows"].as_array().unwrap().iter().map(told).collect()
}

async fn s2_7_a_dry_run_tells_each_rows_outcome_and_writes_nothing(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    deployment.joined(&ada, base.rsplit('/').next().unwrap(), "Bob", "trainee").await;
    ada.post(&format!("{base}/invitations"), json!({ "email": address("Cleo") })).await.expect(201);
    let group = ada.post(&format!("{base}/groups"), json!({ "name": "North" })).await.expect(201)["id"].clone();
    let group = group.as_str().unwrap();
    let nowhere = "0190f5a0-0000-7000-8000-000000000000";
    let file = format!(
        "last name;first name;e-mail;labels;language;groups;role;deactivation date\r\n\
         Hopper;Grace;grace@example.org;France | North;en;{group};;\r\n\
         Bob;;bob@example.org;;;;;\r\n\
         Cleo;;cleo@example.org;;;;;\r\n\
         Lamarr;Hedy;hedy@example.org;;;{nowhere};;\r\n\
         Turing;Alan;alan@example.org;;de;;;\r\n\
         Curie;Marie;marie@example.org;;;;pilot;\r\n\
         Noether;Emmy;emmy@example.org;;;;;2001-01-01\r\n\
         =1+1;X;x@example.org;@sum;;;;\r\n\
         Hopper;Grace;GRACE@example.org;;;;;\r\n\
         Meitner;Lise;lise;;;;;\r\n\
         Roster;Only;;;;;;\r\n\
         Surplus;A;a@example.org;;;;;;;more\r\n"
    );
    let dry = ada.post_csv(&format!("{base}/members/import?dry_run=true"), file.clone()).await.expect(200);
    let expected = [
        (2, "added"),
        (3, "unchanged"),
        (4, "failed already-invited"),
        (5, "failed unknown-group"),
        (6, "failed unknown-language"),
        (7, "failed unknown-role"),
        (8, "failed date-in-the-past"),
        (9, "failed formula formula"),
        (10, "failed duplicate"),
        (11, "failed not-an-address"),
        (12, "added"),
        (13, "failed too-many-cells"),
    ];
    let told = outcomes(&dry);
    assert_eq!(told.iter().map(|(line, told)| (*line, told.as_str())).collect::<Vec<_>>(), expected, "{dry:#}");
    assert_eq!((&dry["counts"]["added"], &dry["counts"]["failed"]), (&json!(2), &json!(9)));
    assert_eq!(ada.get(&format!("{base}/members")).await.expect(200)["total"], 2, "nothing was written");
    assert_eq!(ada.get(&format!("{base}/members/imports")).await.expect(200)["total"], 0);

    let import = imported(&deployment, &ada, &base, "", &file).await;
    assert_eq!(import["counts"], dry["counts"]);
    let result = ada.get(&format!("{base}/members/imports/{}/result.csv", import["id"].as_str().unwrap())).await;
    assert_eq!(result.status, 200);
    assert!(
        result.text.contains("\r\n7,failed,,role,") && result.text.contains("11,failed,,email,"),
        "{}",
        result.text
    );
    assert!(!result.text.contains("\r\n=") && !result.text.contains(",="), "no cell is a formula");
    let grace = ada.get(&format!("{base}/members?q=grace")).await.expect(200)["items"][0].clone();
    assert_eq!((&grace["name"], &grace["profile"]["labels"]), (&json!("Grace Hopper"), &json!(["France", "North"])));
    let members = ada.get(&format!("{base}/members?group={group}")).await.expect(200);
    assert_eq!(members["total"], 1, "the row's group has its member");
}

async fn s2_7_the_example_lines_import_as_far_as_a_missing_address_allows(deployment: Deployment) {
    let deployment = deployment.again(|settings| settings.shortest_password = 8);
    let (ada, base) = school(&deployment).await;
    let group = ada.post(&format!("{base}/groups"), json!({ "name": "North" })).await.expect(201)["id"].clone();
    let group = group.as_str().unwrap();
    let lines = |james: &str, christopher: &str| {
        format!(
            "Smith, James, {james}, France | North, 1, apozeiru, en, Professional Photographer\n\
             Martin, Christopher, {christopher},, 0, lmozeirp, fr, ID 5162, {group} | {group}\n"
        )
    };
    let path = format!("{base}/members/import?dry_run=true");
    let dry = ada.post_csv(&path, lines("", "")).await.expect(200);
    let missing = "failed address-missing".to_owned();
    assert_eq!(outcomes(&dry), [(1, missing.clone()), (2, missing)], "{dry:#}");
    let problem = &dry["rows"][0]["problems"][0];
    assert_eq!(problem["field"], "email");
    assert!(problem["message"].as_str().unwrap().contains("needs an address"), "{problem}");

    let file = lines("james@example.org", "christopher@example.org");
    let import = imported(&deployment, &ada, &base, "", &file).await;
    assert_eq!(import["counts"]["added"], 2, "{import:#}");
    assert!(deployment.mail_to("james@").await.subject.len() > 3, "1: an e-mail is sent");
    assert!(!deployment.mails().await.iter().any(|mail| mail.to.contains("christopher@")), "0: none is");
    assert_eq!(ada.get(&format!("{base}/members?group={group}")).await.expect(200)["total"], 1);
}

async fn s2_7_a_file_is_carried_out_part_by_part_and_each_row_once(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let file: String = (0..250).map(|number| format!("Person {number};A;p{number}@example.org\n")).collect();
    let import = ada.post_csv(&format!("{base}/members/import"), file).await.expect(202);
    let path = format!("{base}/members/imports/{}", import["id"].as_str().unwrap());
    let organization = base.rsplit('/').next().unwrap().parse().unwrap();
    let id = import["id"].as_str().unwrap().parse().unwrap();
    let accounts = &deployment.app.accounts;
    assert!(accounts.carry_on(organization, id).await.unwrap());
    let part = ada.get(&path).await.expect(200);
    assert_eq!(
        (&part["done"], &part["counts"]["added"], &part["state"]),
        (&json!(100), &json!(100), &json!("running"))
    );
    // Several at once do each part once.
    let (one, other) = tokio::join!(accounts.carry_on(organization, id), accounts.carry_on(organization, id));
    assert!(one.is_ok() && other.is_ok());
    carried_out(&deployment).await;
    let done = ada.get(&path).await.expect(200);
    assert_eq!((&done["counts"]["added"], &done["state"]), (&json!(250), &json!("done")));
    assert_eq!(ada.get(&format!("{base}/members")).await.expect(200)["total"], 251);
    assert!(!accounts.carry_on(organization, id).await.unwrap(), "nothing is left");
}

async fn s2_7_an_initial_password_and_a_mail_lead_in(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let file = format!("Hopper,Grace,grace@example.org,,1,{INITIAL},fr\nLamarr,Hedy,hedy@example.org,,0,{INITIAL},\n");
    imported(&deployment, &ada, &base, "", &file).await;
    let mails = deployment.mails().await;
    let to_grace: Vec<_> = mails.iter().filter(|mail| mail.to.contains("grace@")).collect();
    assert_eq!(to_grace.len(), 1, "one mail");
    assert!(!to_grace[0].text.contains(INITIAL), "it does not carry the password");
    assert!(!mails.iter().any(|mail| mail.to.contains("hedy@")));
    let form = json!({ "login": "hedy@example.org", "password": INITIAL });
    let entered = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    assert_eq!(entered["password_change_required"], true);
}

async fn s2_8_people_who_are_members_already(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    deployment.joined(&ada, base.rsplit('/').next().unwrap(), "Bob", "trainee").await;
    let file = |label: &str| format!("Other,Name,bob@example.org,{label},1,{INITIAL},fr,noted {label}\n");
    let first = imported(&deployment, &ada, &base, "existing=fill", &file("one")).await;
    assert_eq!(first["counts"]["updated"], 1);
    let bob = || async { ada.get(&format!("{base}/members?q=bob")).await.expect(200)["items"][0].clone() };
    let filled = bob().await;
    assert_eq!((&filled["name"], &filled["profile"]["labels"]), (&json!("Bob Ray"), &json!(["one"])));
    let again = imported(&deployment, &ada, &base, "existing=fill", &file("two")).await;
    assert_eq!((&again["counts"]["unchanged"], &bob().await["profile"]["labels"]), (&json!(1), &json!(["one"])));
    imported(&deployment, &ada, &base, "existing=ignore", &file("two")).await;
    assert_eq!(bob().await["profile"]["labels"], json!(["one"]));
    imported(&deployment, &ada, &base, "existing=replace", &file("two")).await;
    let replaced = bob().await;
    assert_eq!(
        (&replaced["profile"]["labels"], &replaced["profile"]["language"]),
        (&json!(["two"]), &filled["profile"]["language"])
    );
    // The password is Bob's own: nobody else's gets in.
    let form = json!({ "login": "bob@example.org", "password": INITIAL });
    deployment.nobody().post("/api/v1/sign-ins", form).await.refused(401, "wrong-credentials");
    let wrong = ada.post_csv(&format!("{base}/members/import?existing=merge"), file("x")).await;
    assert_eq!(wrong.refused(422, "invalid-input")["field"], "existing");
}

async fn s2_9_additional_information_is_for_the_api(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let rows = json!({ "rows": [{ "last_name": "Hopper", "email": "grace@example.org",
        "additional_information": "ID 5162\nsecond line", "labels": ["North"], "number": "7" }] });
    ada.post(&format!("{base}/members/import"), rows).await.expect(202);
    carried_out(&deployment).await;
    let listed = ada.get(&format!("{base}/members?q=hopper")).await.expect(200)["items"][0].clone();
    let grace = ada.get(&format!("{base}/members/{}", listed["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(grace["profile"]["additional_information"], "ID 5162\nsecond line");
    assert_eq!(grace["profile"]["number"], "7");
}

async fn an_import_is_undone_where_nobody_has_used_it(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let file = format!(
        "Hopper,Grace,grace@example.org,,1\nLamarr,Hedy,hedy@example.org,,0,{INITIAL}\nA,B,alan@example.org,,0,{INITIAL}\n"
    );
    let import = imported(&deployment, &ada, &base, "", &file).await;
    assert!(import["undo_until"].is_string());
    let mailed = json!({ "token": deployment.link_to("grace@").await });
    let opened = async || deployment.nobody().post("/api/v1/set-up-links/inspect", mailed.clone()).await;
    opened().await.expect(200);
    let form = json!({ "login": "hedy@example.org", "password": INITIAL });
    deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    let path = format!("{base}/members/imports/{}", import["id"].as_str().unwrap());
    let tried = ada.post_nothing(&format!("{path}/undo?dry_run=true")).await.expect(200);
    assert_eq!(tried, json!({ "dry_run": true, "undone": 2, "kept": 1 }));
    assert_eq!(ada.get(&path).await.expect(200)["state"], "done", "nothing was written");
    ada.post_nothing(&format!("{path}/undo")).await.expect(202);
    carried_out(&deployment).await;
    let undone = ada.get(&path).await.expect(200);
    assert_eq!((&undone["state"], &undone["undo_until"]), (&json!("undone"), &Value::Null));
    assert_eq!((&undone["counts"]["undone"], &undone["counts"]["kept"]), (&json!(2), &json!(1)));
    assert_eq!(ada.get(&format!("{base}/members")).await.expect(200)["total"], 2, "Ada and Hedy");
    opened().await.refused(404, "unknown-link");
    for again in ["undo", "undo?dry_run=true"] {
        ada.post_nothing(&format!("{path}/{again}")).await.refused(409, "import-not-undoable");
    }
    let late = imported(&deployment, &ada, &base, "", "A,B,late@example.org\n").await;
    deployment.pass(Duration::hours(24));
    let path = format!("{base}/members/imports/{}/undo", late["id"].as_str().unwrap());
    ada.post_nothing(&path).await.refused(409, "import-not-undoable");
}

async fn a59_a_file_that_is_no_table_is_refused_as_a_whole(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let path = format!("{base}/members/import");
    let binary = b"\x89PNG\r\n\x1a\n\0\0".to_vec();
    for (file, rule) in [
        (binary, "not-a-table"),
        (Vec::new(), "empty-file"),
        ("A,B,a@example.org\n".repeat(10_001).into_bytes(), "too-many-rows"),
        (vec![b'a'; 5 * 1024 * 1024 + 1], "file-too-large"),
        (b"A,\"B,a@example.org\nC,D,c@example.org".to_vec(), "open-quote"),
        (b"last name,first name,shoe size\nA,B,42".to_vec(), "unknown-column"),
    ] {
        let refused = ada.post_csv(&path, file).await.refused(422, "invalid-input");
        assert_eq!((&refused["field"], &refused["rule"]), (&json!("file"), &json!(rule)));
    }
    ada.post_csv(&path, vec![b'a'; 6 * 1024 * 1024]).await.refused(413, "body-too-large");
    assert_eq!(ada.get(&format!("{base}/members/imports")).await.expect(200)["total"], 0);
    let template = ada.get(&format!("{base}/members/import-template.csv")).await;
    assert_eq!(template.header("content-type"), "text/csv; charset=utf-8");
    let dry = ada.post_csv(&format!("{path}?dry_run=true"), template.text).await.expect(200);
    assert_eq!((&dry["total"], &dry["counts"]["failed"]), (&json!(2), &json!(0)), "it imports as it is: {dry}");
    // What is text in another encoding is read.
    let windows = b"Dupr\xE9;Zo\xEB;zoe@example.org\n".to_vec();
    ada.post_csv(&path, windows).await.expect(202);
    carried_out(&deployment).await;
    assert_eq!(ada.get(&format!("{base}/members?q=zo")).await.expect(200)["items"][0]["name"], "Zoë Dupré");
}

async fn i14_a_repeated_import_is_one(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let keyed = ada.with("idempotency-key", "0190f5a0-0000-7000-8000-00000000abcd");
    let path = format!("{base}/members/import");
    let first = keyed.post_csv(&path, "A,B,a@example.org\n").await.expect(202);
    let again = keyed.post_csv(&path, "A,B,a@example.org\n").await.expect(202);
    assert_eq!(first["id"], again["id"]);
    keyed.post_csv(&path, "A,B,b@example.org\n").await.refused(422, "idempotency-key-reused");
    assert_eq!(ada.get(&format!("{base}/members/imports")).await.expect(200)["total"], 1);
}

async fn i10_an_import_is_its_organizations_own(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let bob = deployment.joined(&ada, base.rsplit('/').next().unwrap(), "Bob", "trainee").await;
    let eve = deployment.person("Eve").await;
    let import = imported(&deployment, &ada, &base, "", "A,B,a@example.org\n").await;
    let path = format!("{base}/members/imports/{}", import["id"].as_str().unwrap());
    eve.get(&path).await.refused(404, "unknown-organization");
    bob.get(&path).await.refused(403, "permission-missing");
    bob.post_csv(&format!("{base}/members/import?dry_run=true"), "A,B,b@example.org\n")
        .await
        .refused(403, "permission-missing");
    let elsewhere = deployment.founded(&eve, "team").await;
    let there = format!("/api/v1/organizations/{elsewhere}/members/imports/{}", import["id"].as_str().unwrap());
    eve.get(&there).await.refused(404, "unknown-import");
    eve.post_nothing(&format!("{there}/undo")).await.refused(404, "unknown-import");
}

/// Over several parts, with a seat limit in the middle and rows of every kind.
async fn x_3_a_dry_run_and_the_run_come_to_the_same(deployment: Deployment) {
    let (ada, base) = school(&deployment).await;
    let organization = base.rsplit('/').next().unwrap();
    deployment
        .operator()
        .put(&format!("/api/v1/operator/organizations/{organization}/subscription"), Some(json!({ "seat_limit": 150 })))
        .await
        .expect(200);
    let row = |number: u32| match number % 7 {
        0 => format!("P{number};A;p{number}@example.org;;;;de\n"),
        1 => format!("P{number};A;p{}@example.org\n", number.saturating_sub(7)),
        _ => format!("P{number};A;p{number}@example.org;label {number}\n"),
    };
    let file: String = (0..330).map(row).collect();
    let dry = ada.post_csv(&format!("{base}/members/import?dry_run=true"), file.clone()).await.expect(200);
    let import = imported(&deployment, &ada, &base, "", &file).await;
    assert_eq!(import["counts"], dry["counts"]);
    assert_eq!(import["counts"]["added"], 149, "the owner has a seat");
    let result = ada.get(&format!("{base}/members/imports/{}/result.csv", import["id"].as_str().unwrap())).await.text;
    let ran: Vec<_> = result.lines().skip(1).map(|line| line.split(',').nth(1).unwrap().to_owned()).collect();
    let rehearsed: Vec<_> =
        dry["rows"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ran, rehearsed);
}
