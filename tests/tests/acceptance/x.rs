//! What none of the five products has: named refusals, no oversold seat, dry runs, events.

use futures_util::future::join_all;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    x_1_every_refusal_names_the_rule,
    x_2_seats_are_never_oversold,
    x_2_a_link_never_works_twice,
    x_3_a_batch_can_be_tried_first,
    x_6_every_change_is_an_event,
    i14_a_repeated_request_has_the_effect_of_one,
    if_match_keeps_two_people_from_overwriting_each_other,
}

async fn x_1_every_refusal_names_the_rule(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let acme = format!("/api/v1/organizations/{organization}");
    deployment
        .operator()
        .put(&format!("/api/v1/operator/organizations/{organization}/subscription"), Some(json!({ "seat_limit": 1 })))
        .await
        .expect(200);
    let full = ada.post(&format!("{acme}/invitations"), json!({ "email": address("Bob") })).await;
    let problem = full.refused(409, "seat-limit-reached");
    assert_eq!((&problem["limit"], &problem["current"]), (&json!(1), &json!(1)));
    assert!(full.header("content-type").starts_with("application/problem+json"));
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("ask for more seats") && detail.contains("remove") && detail.contains("revoke"),
        "{detail}"
    );
    // The name leads to a page that explains it.
    let page = problem["type"].as_str().unwrap().strip_prefix("http://localhost:8080").unwrap().to_owned();
    deployment.nobody().get(&page).await.expect(200);
}

async fn x_2_seats_are_never_oversold(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let subscription = format!("/api/v1/operator/organizations/{organization}/subscription");
    deployment.operator().put(&subscription, Some(json!({ "seat_limit": 9 }))).await.expect(200);
    let rivals = (0..40).map(|number| {
        let (ada, path) = (ada.clone(), format!("{acme}/invitations"));
        tokio::spawn(async move { ada.post(&path, json!({ "email": format!("rival{number}@example.org") })).await })
    });
    let answers: Vec<_> = join_all(rivals).await.into_iter().map(Result::unwrap).collect();
    let winners = answers.iter().filter(|it| it.status == 201).count();
    assert_eq!(winners, 8, "{:?}", answers.iter().map(|it| it.status).collect::<Vec<_>>());
    for loser in answers.iter().filter(|it| it.status != 201) {
        loser.refused(409, "seat-limit-reached");
    }
    let seats = ada.get(&format!("{acme}/subscription")).await.expect(200);
    assert_eq!((&seats["assigned"], &seats["reserved"], &seats["free"]), (&json!(1), &json!(8), &json!(0)));
}

async fn x_2_a_link_never_works_twice(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    ada.post(&format!("{acme}/invitations"), json!({ "email": address("Bob") })).await.expect(201);
    let token = deployment.link_to("bob@example.org").await;
    let rivals = (0..32).map(|number| {
        let (nobody, token) = (deployment.nobody(), token.clone());
        let form = json!({ "token": token, "name": format!("Bob {number}") });
        tokio::spawn(async move { nobody.post("/api/v1/invitations/accept", form).await })
    });
    let statuses: Vec<_> = join_all(rivals).await.into_iter().map(|it| it.unwrap().status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|it| **it == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|it| [201, 409, 410].contains(it)), "{statuses:?}");
    assert_eq!(ada.get(&format!("{acme}/members")).await.expect(200)["total"], 2);
}

async fn x_3_a_batch_can_be_tried_first(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    deployment.joined(&ada, &organization, "Bob", "member").await;
    let emails = ["cleo@example.org", "bob@example.org", "nonsense", "CLEO@example.org", "dora@example.org"];
    let batch = |dry_run: bool| json!({ "emails": emails, "dry_run": dry_run });
    let path = format!("{acme}/invitations/batch");
    let outcomes = |answer: &Value| {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|it| it["outcome"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let expected = ["invited", "already-member", "invalid-address", "duplicate", "invited"];
    let tried = ada.post(&path, batch(true)).await.expect(200);
    assert_eq!(outcomes(&tried), expected);
    assert_eq!(ada.get(&format!("{acme}/invitations?state=pending")).await.expect(200)["total"], 0);
    let done = ada.post(&path, batch(false)).await.expect(200);
    assert_eq!(outcomes(&done), expected);
    assert_eq!(ada.get(&format!("{acme}/invitations?state=pending")).await.expect(200)["total"], 2);
}

async fn x_6_every_change_is_an_event(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let bob = deployment.joined(&ada, &organization, "Bob", "member").await;
    let members = ada.get(&format!("{acme}/members?q=Bob")).await.expect(200);
    let path = format!("{acme}/members/{}", members["items"][0]["id"].as_str().unwrap());
    ada.patch(&path, json!({ "role": "admin" })).await.expect(200);
    let events = ada.get(&format!("{acme}/events")).await.expect(200);
    let items = events["items"].as_array().unwrap();
    let mut names: Vec<_> = items.iter().map(|it| it["event"].as_str().unwrap()).collect();
    names.reverse();
    assert_eq!(
        names,
        ["organization-founded", "member-joined", "invitation-created", "invitation-accepted", "member-role-changed"]
    );
    let change = &items[0];
    assert_eq!((&change["before"]["role"], &change["after"]["role"]), (&json!("member"), &json!("admin")));
    assert_eq!(change["actor"]["name"], "Ada");
    let only = ada.get(&format!("{acme}/events?event=invitation-created")).await.expect(200);
    assert_eq!(only["items"].as_array().unwrap().len(), 1);
    bob.get(&format!("{acme}/events")).await.expect(200);
}

async fn i14_a_repeated_request_has_the_effect_of_one(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let once = ada.with("idempotency-key", "one-key-for-one-request");
    let path = format!("{acme}/invitations");
    let first = once.post(&path, json!({ "email": address("Bob") })).await;
    let again = once.post(&path, json!({ "email": address("Bob") })).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    first.expect(201);
    once.post(&path, json!({ "email": address("Cleo") })).await.refused(422, "idempotency-key-reused");
    assert_eq!(ada.get(&path).await.expect(200)["total"], 1);
    // An answer with a secret in it is repeated as well: the same sign-in, not a second one.
    let token = deployment.link_to("bob@example.org").await;
    let nobody = deployment.nobody().with("idempotency-key", "another-key-for-another-request");
    let form = json!({ "token": token, "name": "Bob" });
    let first = nobody.post("/api/v1/invitations/accept", form.clone()).await;
    let again = nobody.post("/api/v1/invitations/accept", form).await;
    assert_eq!(first.expect(201)["token"], again.expect(201)["token"]);
    let bob = Client::new(deployment.router(), first.json()["token"].as_str().map(str::to_owned));
    bob.get(&acme).await.expect(200);
    // Sixteen at once are one, too.
    let rivals = (0..16).map(|_| {
        let (once, path) = (ada.with("idempotency-key", "sixteen-times-the-same"), path.clone());
        tokio::spawn(async move { once.post(&path, json!({ "email": address("Dora") })).await })
    });
    let answers: Vec<_> = join_all(rivals).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|it| it.status == 201 && it.text == answers[0].text), "{answers:?}");
}

async fn if_match_keeps_two_people_from_overwriting_each_other(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let read = ada.get(&acme).await;
    let etag = read.header("etag").to_owned();
    ada.with("if-match", &etag).patch(&acme, json!({ "name": "First" })).await.expect(200);
    ada.with("if-match", &etag).patch(&acme, json!({ "name": "Second" })).await.refused(412, "changed-meanwhile");
    assert_eq!(ada.get(&acme).await.expect(200)["name"], "First");
}
