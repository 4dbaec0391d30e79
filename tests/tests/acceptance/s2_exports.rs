//! Members and groups as CSV: streamed in pages, with what only exports and the API show, and never a formula (S2.9,
//! S2.10, A59).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::json;

on_every_store! {
    s2_9_additional_information_is_in_the_export_of_whoever_manages_members,
    s2_10_an_export_is_as_long_as_the_list,
    a59_no_name_of_an_export_is_a_formula,
}

async fn portal(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "member_portal").await;
    (ada, format!("/api/v1/organizations/{organization}"))
}

async fn s2_9_additional_information_is_in_the_export_of_whoever_manages_members(deployment: Deployment) {
    let (ada, acme) = portal(&deployment).await;
    let group = ada.post(&format!("{acme}/groups"), json!({ "name": "North" })).await.expect(201);
    let group = group["id"].as_str().unwrap();
    let form = json!({ "first_name": "Grace", "last_name": "Hopper", "email": address("Grace"), "number": "0042",
        "labels": ["navy", "crew"], "additional_information": "Found the moth" });
    let grace = ada.post(&format!("{acme}/members"), form).await.expect(201);
    let grace = grace["id"].as_str().unwrap();
    ada.put(&format!("{acme}/groups/{group}/members/{grace}"), None).await.expect(204);
    let exported = ada.get(&format!("{acme}/members.csv?q=hopper")).await;
    assert!(exported.header("content-type").starts_with("text/csv"));
    assert!(exported.header("content-disposition").contains("members.csv"));
    let lines: Vec<_> = exported.text.lines().collect();
    assert_eq!(lines.len(), 2, "the filters are those of the list: {}", exported.text);
    let cells: Vec<_> = lines[1].split(',').collect();
    let named = |column: &str| cells[lines[0].split(',').position(|it| it == column).expect("the column")];
    assert_eq!((named("member_id"), named("last_name"), named("first_name")), (grace, "Hopper", "Grace"));
    assert_eq!((named("number"), named("groups"), named("group_names")), ("0042", group, "North"));
    assert_eq!((named("additional_information"), named("email")), ("Found the moth", "grace@example.org"));
    assert!(named("labels").contains("navy") && named("labels").contains(" | "));
    ada.post(&format!("{acme}/invitations"), json!({ "email": address("Bob") })).await.expect(201);
    let token = deployment.link_to("bob@").await;
    let form = json!({ "token": token, "name": "Bob", "username": "bob", "password": PASSWORD });
    let accepted = deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
    let bob = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    let theirs = bob.get(&format!("{acme}/members.csv")).await;
    assert!(!theirs.text.contains("moth"), "{}", theirs.text);
    deployment.nobody().get(&format!("{acme}/members.csv")).await.refused(401, "not-signed-in");
    let eve = deployment.person("Eve").await;
    eve.get(&format!("{acme}/members.csv")).await.refused(404, "unknown-organization");
    ada.get(&format!("{acme}/members.csv?status=asleep")).await.refused(422, "invalid-input");
}

async fn s2_10_an_export_is_as_long_as_the_list(deployment: Deployment) {
    let (ada, acme) = portal(&deployment).await;
    for number in 0..101 {
        ada.post(&format!("{acme}/groups"), json!({ "name": format!("Group {number}") })).await.expect(201);
        ada.post(&format!("{acme}/members"), json!({ "name": format!("Person {number}") })).await.expect(201);
    }
    for (path, rows) in [("groups", 101), ("members", 102)] {
        let exported = ada.get(&format!("{acme}/{path}.csv")).await;
        let lines: Vec<_> = exported.text.lines().collect();
        assert_eq!(lines.len(), rows + 1, "{path}: one line each, and one header");
        let mut ids: Vec<_> = lines.iter().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rows, "{path}: nobody twice");
    }
}

async fn a59_no_name_of_an_export_is_a_formula(deployment: Deployment) {
    let (ada, acme) = portal(&deployment).await;
    let form = json!({ "name": "=HYPERLINK(1)", "additional_information": "@sum" });
    ada.post(&format!("{acme}/members"), form).await.expect(201);
    let exported = ada.get(&format!("{acme}/members.csv")).await.text;
    assert!(exported.contains(",'=HYPERLINK(1),") && exported.contains(",'@sum,"), "{exported}");
    assert!(!exported.contains(",=") && !exported.contains(",@"), "{exported}");
    let form = json!({ "name": "Ada;=1+1", "additional_information": "first\n@sum" });
    ada.post(&format!("{acme}/members"), form).await.expect(201);
    let exported = ada.get(&format!("{acme}/members.csv")).await.text;
    assert!(exported.contains("Ada;'=1+1") && exported.contains("first\n'@sum"), "{exported}");
}
