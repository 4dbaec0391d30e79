//! Rounds to one, to those who are ticked, and to all who match; whom they leave out, and why (S4.1–S4.3).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s4_1_members_are_brought_in_one_by_one_and_by_file_with_and_without_an_address,
    s4_2_every_part_of_the_roster_can_be_found_sorted_and_counted,
    s4_3_a_round_to_those_who_are_ticked_is_recorded_with_who_when_and_how_many,
    s4_3_every_round_is_listed_page_by_page,
    s4_3_a_trial_says_why_each_of_the_others_gets_no_mail,
    s4_3_whoever_cannot_be_reached_at_all_is_not_written_to,
}

struct Portal {
    ada: Client,
    id: String,
}

impl Portal {
    async fn of(deployment: &Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let id = deployment.founded(&ada, "member_portal").await;
        Self { ada, id }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}/{rest}", self.id)
    }

    /// Puts somebody on the roster; their id.
    async fn add(&self, form: Value) -> String {
        let added = self.ada.post(&self.path("members"), form).await.expect(201);
        added["id"].as_str().or(added["member"]["id"].as_str()).unwrap_or_else(|| panic!("{added}")).to_owned()
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let page = self.ada.get(&self.path(&format!("members?login=false&{query}"))).await.expect(200);
        page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    }
}

async fn s4_1_members_are_brought_in_one_by_one_and_by_file_with_and_without_an_address(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    portal.add(json!({ "name": "Grace", "email": address("Grace"), "number": "7", "labels": ["North"] })).await;
    portal.add(json!({ "name": "Hedy", "number": "8" })).await;
    let twice = json!({ "name": "Ida", "number": "8" });
    portal.ada.post(&portal.path("members"), twice).await.refused(409, "number-taken");

    let file = "last name;first name;e-mail;number;labels\r\n\
        Lamarr;Ivo;ivo@example.org;9;South\r\n\
        Noether;Jon;;10;South | North\r\n\
        Curie;Kim;;8;\r\n";
    let dry = portal.ada.post_csv(&portal.path("members/import?dry_run=true"), file).await.expect(200);
    assert_eq!((&dry["counts"]["added"], &dry["counts"]["failed"]), (&json!(2), &json!(1)), "{dry:#}");
    let accepted = portal.ada.post_csv(&portal.path("members/import"), file).await;
    accepted.expect(202);
    while 0 < deployment.app.importer.run_once().await.expect("importing works") {}

    let expected = ["Grace", "Hedy", "Ivo Lamarr", "Jon Noether"];
    assert_eq!(portal.names("").await, expected, "none of them has a login, for none came with a password");
    let counts = portal.ada.get(&portal.path("roster")).await.expect(200);
    assert_eq!((&counts["without_login"], &counts["without_address"]), (&json!(4), &json!(2)));
    assert!(!deployment.mails().await.iter().any(|mail| mail.to.contains("ivo@")), "nobody is written to unasked");

    // Whoever has no address gets the link by other means, and vanishes from the screen like everybody.
    let jon = portal.ada.get(&portal.path("members?q=jon")).await.expect(200)["items"][0].clone();
    assert_eq!(jon["profile"]["number"], "10");
    let path = portal.path(&format!("members/{}/set-up-link", jon["id"].as_str().unwrap()));
    portal.ada.post(&path, json!({ "deliver": "mail" })).await.refused(422, "invalid-input");
    let link = portal.ada.post(&path, json!({ "deliver": "return" })).await.expect(200)["link"].clone();
    let token = link.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let form = json!({ "token": token, "username": "jon.noether", "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
    assert_eq!(portal.names("").await, ["Grace", "Hedy", "Ivo Lamarr"]);
}

async fn s4_2_every_part_of_the_roster_can_be_found_sorted_and_counted(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    for (name, number, label) in
        [("Zoë", "2024/1", "rowers"), ("Ämilie", "2024/2", "Rowers"), ("Bo", "2025/1", "coxes")]
    {
        portal.add(json!({ "name": name, "email": address(name), "number": number, "labels": [label] })).await;
        deployment.pass(Duration::minutes(1));
    }
    for (query, found) in [
        ("q=ZO%C3%8B", vec!["Zoë"]),
        ("q=bo%40example", vec!["Bo"]),
        ("q=2024", vec!["Zoë", "Ämilie"]),
        ("q=rowers", vec!["Zoë", "Ämilie"]),
        ("q=nobody", vec![]),
        ("sort=joined_at", vec!["Bo", "Ämilie", "Zoë"]),
        ("sort=name", vec!["Bo", "Zoë", "Ämilie"]),
    ] {
        assert_eq!(portal.names(query).await, found, "{query}");
    }
    let first = portal.ada.get(&portal.path("members?login=false&sort=joined_at&limit=2")).await.expect(200);
    assert_eq!(first["total"], 3, "the count is of all who match");
    let next = first["next_cursor"].as_str().unwrap();
    assert_eq!(portal.names(&format!("sort=joined_at&limit=2&cursor={next}")).await, ["Zoë"]);
}

async fn s4_3_a_round_to_those_who_are_ticked_is_recorded_with_who_when_and_how_many(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let sam = deployment.joined(&portal.ada, &portal.id, "Sam", "security_administrator").await;
    let mut ids = Vec::new();
    for name in ["Grace", "Hedy", "Ida"] {
        ids.push(portal.add(json!({ "name": name, "email": address(name) })).await);
    }
    let rounds = portal.path("roster/rounds");
    let ticked = json!({ "members": [ids[2], ids[0], ids[2]] });
    let started = sam.post(&rounds, ticked.clone()).await.expect(201);
    assert_eq!((&started["number"], &started["started_by_name"]), (&json!(1), &json!("Sam")));
    assert_eq!(started["finished_at"], json!(null), "it is sent in the background");
    sam.post(&rounds, ticked.clone()).await.refused(409, "round-under-way");
    deployment.mails().await;
    sam.post(&rounds, ticked).await.refused(409, "round-repeated");
    assert_eq!(portal.names("invited=round-1").await, ["Grace", "Ida"]);
    assert_eq!(portal.names("invited=never").await, ["Hedy"]);

    deployment.pass(Duration::days(1));
    portal.ada.post(&rounds, json!({ "members": [ids[1]] })).await.expect(201);
    deployment.mails().await;
    let told = portal.ada.get(&rounds).await.expect(200);
    let told: Vec<_> =
        told["items"].as_array().unwrap().iter().map(|it| (it["number"].clone(), it["mailed"].clone())).collect();
    assert_eq!(told, [(json!(2), json!(1)), (json!(1), json!(2))], "the latest first, each with how many");
    let told = portal.ada.get(&rounds).await.expect(200)["items"].clone();
    assert_eq!((&told[0]["started_by_name"], &told[1]["members"].as_array().unwrap().len()), (&json!("Ada"), &2));
    assert!(told[1]["started_at"].as_str() <= told[1]["finished_at"].as_str());
    assert!(told[1]["finished_at"].as_str() < told[0]["started_at"].as_str());
    let log = portal.ada.get(&portal.path("events?event=round-started")).await.expect(200);
    assert_eq!(log["items"].as_array().map(Vec::len), Some(2), "{log:#}");
}

async fn s4_3_every_round_is_listed_page_by_page(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let rounds = portal.path("roster/rounds");
    for name in ["Bea", "Cid", "Dee", "Eli", "Fay"] {
        let id = portal.add(json!({ "name": name, "email": address(name) })).await;
        portal.ada.post(&rounds, json!({ "members": [id] })).await.expect(201);
        deployment.mails().await;
    }
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = portal.ada.get(&format!("{rounds}?limit=2{cursor}")).await.expect(200);
        assert_eq!(page["total"], 5, "{page}");
        numbers.extend(page["items"].as_array().unwrap().iter().map(|it| it["number"].as_u64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(numbers, [5, 4, 3, 2, 1], "the latest first, each once");
    for bad in ["?limit=0", "?cursor=x", "?before=3"] {
        portal.ada.get(&format!("{rounds}{bad}")).await.refused(422, "invalid-input");
    }
}

async fn s4_3_a_trial_says_why_each_of_the_others_gets_no_mail(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let sam = deployment.joined(&portal.ada, &portal.id, "Sam", "security_administrator").await;
    let person = |name: &str, more: Value| {
        let mut form = json!({ "name": name, "email": address(name) });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        form
    };
    let grace = portal.add(person("Grace", json!({}))).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let boss = portal.add(person("Boss", json!({ "role": "administrator" }))).await;
    let ida = portal.add(person("Ida", json!({}))).await;
    portal.ada.post_nothing(&portal.path(&format!("members/{ida}/suspension"))).await;
    let jon = portal.add(person("Jon", json!({ "set_up_link": "mail" }))).await;
    let token = deployment.link_to(&address("Jon")).await;
    let form = json!({ "token": token, "username": "jonathan", "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);

    let rounds = portal.path("roster/rounds");
    let chosen = json!({ "members": [grace, hedy, boss, ida, jon], "dry_run": true });
    let why = json!({ "no_address": 1, "above_yours": 1, "not_active": 1, "has_login": 1 });
    assert_eq!(sam.post(&rounds, chosen).await.expect(200), json!({ "mail": 1, "left_out": why }));
    let by_filter = json!({ "no_address": 1, "above_yours": 1, "not_active": 1 });
    let everybody = sam.post(&rounds, json!({ "filter": {}, "dry_run": true })).await.expect(200);
    assert_eq!(everybody, json!({ "mail": 1, "left_out": by_filter }), "who has a login is not on the roster at all");

    // The round does what the trial said.
    sam.post(&rounds, json!({ "filter": {} })).await.expect(201);
    deployment.mails().await;
    let done = portal.ada.get(&rounds).await.expect(200)["items"][0].clone();
    assert_eq!((&done["mailed"], &done["left_out"]), (&json!(1), &by_filter));
    let nowhere = json!({ "members": [grace, "0190f5a0-0000-7000-8000-000000000000"], "dry_run": true });
    sam.post(&rounds, nowhere).await.refused(404, "unknown-member");
}

async fn s4_3_whoever_cannot_be_reached_at_all_is_not_written_to(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let hedy = portal.add(json!({ "name": "Hedy" })).await;
    let rounds = portal.path("roster/rounds");
    let refused = portal.ada.post(&rounds, json!({ "members": [hedy] })).await.refused(422, "invalid-input");
    assert_eq!((&refused["field"], &refused["rule"]), (&json!("members"), &json!("no-address")), "{refused}");
    portal.ada.post(&rounds, json!({ "filter": {} })).await.refused(409, "nobody-to-write-to");
    let trial = portal.ada.post(&rounds, json!({ "filter": {}, "dry_run": true })).await.expect(200);
    assert_eq!(trial, json!({ "mail": 0, "left_out": { "no_address": 1 } }));
    assert_eq!(portal.ada.get(&rounds).await.expect(200)["items"], json!([]), "nothing half done");
}
