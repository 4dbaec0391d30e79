//! The group subscription, row by row: what is bought, who gets a seat, and who is told (S0).

use membership_core::command::Settle;
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s0_1_who_buys_administers_what_was_bought,
    s0_2_an_ended_subscription_limits_access_and_says_why,
    s0_5_the_subscription_shows_seats_and_end_and_where_to_manage_them,
    s0_6_several_get_seats_at_once_each_with_an_outcome,
    s0_7_several_administer_and_the_last_one_stays,
    s0_12_every_allocation_tells_the_member,
    s0_13_the_terms_are_set_as_a_whole_and_bad_ones_name_the_field,
    notices_come_once_before_the_end_at_it_and_after_it,
    notices_come_when_the_seats_fill,
    who_finds_no_seat_waits_and_is_served_in_turn,
}

fn acme(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

fn in_days(deployment: &Deployment, days: i64) -> String {
    (deployment.now() + Duration::days(days)).format(&Rfc3339).unwrap()
}

async fn sell(deployment: &Deployment, organization: &str, terms: Value) -> Value {
    let path = format!("/api/v1/operator/organizations/{organization}/subscription");
    deployment.operator().put(&path, Some(terms)).await.expect(200)
}

async fn id_of(by: &Client, organization: &str, name: &str) -> String {
    let found = by.get(&format!("{}/members?q={name}", acme(organization))).await.expect(200);
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn access(client: &Client) -> Value {
    client.get("/api/v1/me/memberships").await.expect(200)["items"][0]["membership"]["access"].clone()
}

async fn again(deployment: &Deployment, name: &str) -> Client {
    let form = json!({ "login": address(name), "password": PASSWORD });
    let signed_in = deployment.nobody().post("/api/v1/sign-ins", form).await.expect(201);
    Client::new(deployment.router(), signed_in["token"].as_str().map(str::to_owned))
}

async fn subjects(deployment: &Deployment, to: &str) -> Vec<String> {
    let mails = deployment.mails().await;
    mails.into_iter().filter(|it| it.to.contains(to)).map(|it| it.subject).collect()
}

async fn s0_1_who_buys_administers_what_was_bought(deployment: Deployment) {
    let ends = in_days(&deployment, 365);
    let bought = json!({ "plan": "Gold", "seat_limit": 10, "expires_at": ends, "grace_days": 14 });
    let form = json!({ "name": "Readers", "preset": "group_subscription", "owner_email": address("Ada"),
        "subscription": bought });
    let made = deployment.operator().post("/api/v1/operator/organizations", form).await.expect(201);
    let ada = deployment.taken_up("Ada").await;
    let mine = ada.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"][0]["membership"]["role"], "owner");
    let shown = ada.get(&format!("{}/subscription", acme(made["id"].as_str().unwrap()))).await.expect(200);
    assert_eq!(
        (&shown["plan"], &shown["seat_limit"], &shown["grace_days"], &shown["state"]),
        (&json!("Gold"), &json!(10), &json!(14), &json!("active"))
    );
    assert_eq!(shown["expires_at"], ends);
}

async fn s0_2_an_ended_subscription_limits_access_and_says_why(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    deployment.joined(&ada, &organization, "Bob", "member").await;
    let ends = in_days(&deployment, 10);
    sell(&deployment, &organization, json!({ "seat_limit": null, "expires_at": ends, "grace_days": 5 })).await;
    deployment.pass(Duration::days(10));
    let bob = again(&deployment, "Bob").await;
    let ada = again(&deployment, "Ada").await;
    assert_eq!(access(&bob).await, json!({ "level": "full", "because": null }), "in grace everything can be used");
    let checks = format!("{}/access-checks", acme(&organization));
    let question = |language: &str| json!({ "permission": "records:read", "language": language });
    let answer = bob.post(&checks, question("en")).await.expect(200);
    assert_eq!((&answer["allowed"], &answer["rule"]), (&json!(true), &json!("role")), "in grace as before");
    let invite = format!("{}/invitations", acme(&organization));
    let refused = ada.post(&invite, json!({ "email": address("Cleo") })).await.refused(409, "subscription-over");
    assert_eq!(refused["state"], "grace");
    ada.get(&format!("{}/members", acme(&organization))).await.expect(200);
    deployment.pass(Duration::days(5));
    let bob = again(&deployment, "Bob").await;
    assert_eq!(access(&bob).await, json!({ "level": "limited", "because": "subscription-expired" }));
    for (language, because) in [
        ("en", "the organization’s subscription is over; whoever runs the service can renew it"),
        ("fr", "l’abonnement de l’organisation est terminé ; l’exploitant du service peut le renouveler"),
    ] {
        let answer = bob.post(&checks, question(language)).await.expect(200);
        assert_eq!((&answer["allowed"], &answer["rule"]), (&json!(false), &json!("subscription-expired")));
        assert!(answer["because"].as_str().unwrap().contains(because), "{answer}");
    }
    sell(&deployment, &organization, json!({ "seat_limit": null })).await;
    assert_eq!(access(&bob).await, json!({ "level": "full", "because": null }));
    assert_eq!(bob.post(&checks, question("en")).await.expect(200)["rule"], "role");
}

async fn s0_5_the_subscription_shows_seats_and_end_and_where_to_manage_them(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    sell(&deployment, &organization, json!({ "seat_limit": 5, "expires_at": in_days(&deployment, 9) })).await;
    ada.post(&format!("{}/invitations", acme(&organization)), json!({ "email": address("Bob") })).await.expect(201);
    let shown = ada.get(&format!("{}/subscription", acme(&organization))).await.expect(200);
    assert_eq!([&shown["seat_limit"], &shown["assigned"], &shown["reserved"], &shown["free"]], [5, 1, 1, 3]);
    assert!(shown["seats_url"].as_str().unwrap().ends_with(&format!("/organizations/{organization}/seats")));
}

async fn s0_6_several_get_seats_at_once_each_with_an_outcome(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    for name in ["Bob", "Cleo", "Dora"] {
        deployment.joined(&ada, &organization, name, "member").await;
    }
    sell(&deployment, &organization, json!({ "seat_limit": 2 })).await;
    let mut members = Vec::new();
    for name in ["Bob", "Cleo", "Dora"] {
        members.push(id_of(&ada, &organization, name).await);
    }
    let stranger = "0190f5a0-0000-7000-8000-000000000000".to_owned();
    members.insert(1, stranger);
    let seats = format!("{}/seats", acme(&organization));
    let outcomes = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|it| it["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let expected = ["allocated", "unknown-member", "allocated", "seat-limit-reached"];
    let tried = ada.post(&seats, json!({ "members": members, "dry_run": true })).await.expect(200);
    assert_eq!(outcomes(&tried), expected);
    assert_eq!(ada.get(&format!("{}/members?seat=false", acme(&organization))).await.expect(200)["total"], 4);
    let done = ada.post(&seats, json!({ "members": members })).await.expect(200);
    assert_eq!(outcomes(&done), expected);
    let without = ada.get(&format!("{}/members?seat=false", acme(&organization))).await.expect(200);
    let names: Vec<_> = without["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada", "Dora"]);
    let full = ada.put(&format!("{}/members/{}/seat", acme(&organization), members[3]), None).await;
    let refused = full.refused(409, "seat-limit-reached");
    assert_eq!((&refused["limit"], &refused["current"]), (&json!(2), &json!(2)));
    assert_eq!(refused["ways_out"], json!(["upgrade", "release_seat", "remove_member"]));
    ada.post(&seats, json!({ "members": [] })).await.expect(422);
    ada.post(&seats, json!({ "members": ["Bob"] })).await.expect(422);
    let bob = again(&deployment, "Bob").await;
    bob.post(&seats, json!({ "members": members })).await.refused(403, "permission-missing");
}

async fn s0_7_several_administer_and_the_last_one_stays(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "administrator").await;
    let cleo = deployment.joined(&ada, &organization, "Cleo", "administrator").await;
    let owner = format!("{}/members/{}", acme(&organization), id_of(&bob, &organization, "Ada").await);
    bob.delete(&owner).await.refused(403, "owner-is-fixed");
    bob.patch(&owner, json!({ "role": "member" })).await.refused(403, "owner-is-fixed");
    bob.post_nothing(&format!("{owner}/suspension")).await.refused(403, "owner-is-fixed");
    ada.post_nothing(&format!("{}/leave", acme(&organization))).await.refused(409, "owner-cannot-leave");
    let of_cleo = format!("{}/members/{}", acme(&organization), id_of(&bob, &organization, "Cleo").await);
    bob.delete(&of_cleo).await.expect(204);
    cleo.get(&acme(&organization)).await.refused(404, "unknown-organization");
    let of_bob = format!("{}/members/{}", acme(&organization), id_of(&ada, &organization, "Bob").await);
    ada.delete(&of_bob).await.expect(204);
    let left = ada.get(&acme(&organization)).await.expect(200);
    assert_eq!((&left["owner"], &left["state"]), (&json!("Ada"), &json!("live")));
}

async fn s0_12_every_allocation_tells_the_member(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    deployment.joined(&ada, &organization, "Bob", "member").await;
    let member = id_of(&ada, &organization, "Bob").await;
    ada.post(&format!("{}/seats", acme(&organization)), json!({ "members": [member] })).await.expect(200);
    let mail = deployment.mail_to(&address("Bob")).await;
    assert_eq!(mail.subject, "You now have full access to Acme");
}

async fn s0_13_the_terms_are_set_as_a_whole_and_bad_ones_name_the_field(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let path = format!("/api/v1/operator/organizations/{organization}/subscription");
    for (terms, field) in [
        (json!({ "seat_limit": -1 }), "seat_limit"),
        (json!({ "seat_limit": 4_000_000_000_u64 }), "seat_limit"),
        (json!({ "seat_limit": 5, "expires_at": in_days(&deployment, -1) }), "expires_at"),
        (json!({ "seat_limit": 5, "expires_at": "tomorrow" }), "expires_at"),
        (json!({ "seat_limit": 5, "grace_days": 367 }), "grace_days"),
        (json!({ "seat_limit": 5, "grace_days": -1 }), "grace_days"),
        (json!({ "seat_limit": 5, "plan": "<b>Gold</b>" }), "plan"),
        (json!({ "plan": "Gold" }), "seat_limit"),
    ] {
        let refused = deployment.operator().put(&path, Some(terms.clone())).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], field, "{terms}");
    }
    let list = "/api/v1/operator/organizations";
    for (terms, field) in [
        (json!({ "seat_limit": -1 }), "seat_limit"),
        (json!({ "seat_limit": 5, "expires_at": in_days(&deployment, -1) }), "expires_at"),
        (json!({ "seat_limit": 5, "plan": "<b>Gold</b>" }), "plan"),
    ] {
        let form = json!({ "name": "Readers", "owner_email": address("Eve"), "subscription": terms });
        let refused = deployment.operator().post(list, form).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], field, "{terms}");
    }
    assert_eq!(deployment.operator().get(list).await.expect(200)["total"], 1, "nothing was founded");
    assert_eq!(subjects(&deployment, "eve@").await, Vec::<String>::new());
    sell(&deployment, &organization, json!({ "seat_limit": 5, "plan": "Gold" })).await;
    let changed = sell(&deployment, &organization, json!({ "seat_limit": 5 })).await;
    assert_eq!(changed["plan"], Value::Null, "what is left out ends");
    ada.put(&path, Some(json!({ "seat_limit": 9 }))).await.refused(403, "operator-only");
    let events = ada.get(&format!("{}/events?event=subscription-set", acme(&organization))).await.expect(200);
    assert_eq!(events["items"].as_array().unwrap().len(), 2);
    assert_eq!(events["items"][0]["actor"]["kind"], "operator");
}

async fn notices_come_once_before_the_end_at_it_and_after_it(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let ends = in_days(&deployment, 40);
    sell(&deployment, &organization, json!({ "seat_limit": 5, "expires_at": ends, "grace_days": 5 })).await;
    let sold_at = deployment.now();
    let memberships = deployment.app.accounts.memberships();
    for (number, day) in (1..).zip([10, 33, 39, 40, 45]) {
        deployment.go_to(sold_at + Duration::days(day));
        let due = deployment.stores.upkeep.organizations_with_lapsed(10).await.unwrap();
        for organization in due {
            memberships.execute(&Settle { organization }).await.unwrap();
            memberships.execute(&Settle { organization }).await.unwrap();
        }
        let told = subjects(&deployment, "ada@").await;
        assert_eq!(told.iter().filter(|it| it.contains("subscription")).count(), number, "day {day}: {told:?}");
    }
    let last = deployment.mail_to(&address("Ada")).await;
    assert_eq!(last.subject, "The subscription of Acme has ended");
    assert!(last.text.contains(&format!("/organizations/{organization}/subscription")), "{}", last.text);
}

async fn notices_come_when_the_seats_fill(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    sell(&deployment, &organization, json!({ "seat_limit": 4 })).await;
    let mut members = vec![id_of(&ada, &organization, "Ada").await];
    for name in ["Bob", "Cleo", "Dora"] {
        deployment.joined(&ada, &organization, name, "member").await;
        members.push(id_of(&ada, &organization, name).await);
    }
    let seat = |index: usize| format!("{}/members/{}/seat", acme(&organization), members[index]);
    let filling = async || -> Vec<String> {
        let told = subjects(&deployment, "ada@").await;
        told.into_iter().filter(|it| it.contains("seats of")).collect()
    };
    ada.put(&seat(0), None).await.expect(200);
    ada.put(&seat(1), None).await.expect(200);
    assert_eq!(filling().await, Vec::<String>::new());
    ada.put(&seat(2), None).await.expect(200);
    assert_eq!(filling().await, ["3 of 4 seats of Acme are taken"]);
    ada.put(&seat(3), None).await.expect(200);
    assert_eq!(filling().await, ["All seats of Acme are taken", "3 of 4 seats of Acme are taken"]);
}

async fn accepted_on_platform(deployment: &Deployment, by: &Client, organization: &str, name: &str) -> Client {
    by.post(&format!("{}/invitations", acme(organization)), json!({ "email": address(name) })).await.expect(201);
    deployment.taken_up(name).await
}

async fn who_finds_no_seat_waits_and_is_served_in_turn(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "learning_platform").await;
    sell(&deployment, &organization, json!({ "seat_limit": 1 })).await;
    let gina = json!({ "first_name": "Gina", "last_name": "Ray" });
    let full = ada.post(&format!("{}/members", acme(&organization)), gina).await.refused(409, "seat-limit-reached");
    assert_eq!(full["ways_out"], json!(["upgrade", "remove_member"]));
    sell(&deployment, &organization, json!({ "seat_limit": 2 })).await;
    let when_full = format!("{}/seats/when-full", acme(&organization));
    ada.put(&when_full, Some(json!({ "when_full": "maybe" }))).await.expect(422);
    ada.put(&when_full, Some(json!({ "when_full": "wait" }))).await.expect(200);
    accepted_on_platform(&deployment, &ada, &organization, "Bob").await;
    let cleo = accepted_on_platform(&deployment, &ada, &organization, "Cleo").await;
    let dora = accepted_on_platform(&deployment, &ada, &organization, "Dora").await;
    assert_eq!(access(&cleo).await, json!({ "level": "limited", "because": "seat-awaited" }));
    assert_eq!(deployment.mail_to(&address("Cleo")).await.subject, "You have joined Acme; a seat is not free yet");
    let line = ada.get(&format!("{}/seats/waiting", acme(&organization))).await.expect(200);
    let places: Vec<_> = line["items"].as_array().unwrap().iter().map(|it| it["member"]["name"].clone()).collect();
    assert_eq!((places, &line["total"]), (vec![json!("Cleo Ray"), json!("Dora Ray")], &json!(2)));
    assert_eq!(ada.get(&format!("{}/subscription", acme(&organization))).await.expect(200)["waiting"], 2);
    let bob = id_of(&ada, &organization, "Bob").await;
    ada.delete(&format!("{}/members/{bob}", acme(&organization))).await.expect(204);
    assert_eq!(access(&cleo).await["level"], "full", "a seat that comes free goes to the first in line");
    assert_eq!(deployment.mail_to(&address("Cleo")).await.subject, "You now have full access to Acme");
    assert_eq!(access(&dora).await["because"], "seat-awaited");
    sell(&deployment, &organization, json!({ "seat_limit": 3 })).await;
    assert_eq!(access(&dora).await["level"], "full");
    sell(&deployment, &organization, json!({ "seat_limit": 1 })).await;
    assert_eq!(access(&dora).await["level"], "full", "below use nobody goes");
    let eve = accepted_on_platform(&deployment, &ada, &organization, "Eve").await;
    assert_eq!(access(&eve).await["because"], "seat-awaited", "and nobody comes");
    eve.post_nothing(&format!("{}/leave", acme(&organization))).await.expect(204);
    assert_eq!(ada.get(&format!("{}/subscription", acme(&organization))).await.expect(200)["waiting"], 0);
}
