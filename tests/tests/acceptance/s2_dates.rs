//! What has a date: reminders of an invitation, invitations that go out later, and notices of a deactivation (S2.2,
//! S2.5, S2.14).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

on_every_store! {
    s2_1_who_does_not_answer_is_reminded_on_days_two_and_five_and_two_days_before_the_end,
    s2_1_nobody_is_reminded_whose_invitation_is_answered_or_withdrawn,
    s2_1_nobody_is_reminded_where_the_rules_say_so,
    s2_2_an_invitation_that_goes_out_later_waits_for_its_date,
    s2_5_who_leaves_in_between_is_not_written_to,
    s2_14_a_deactivation_is_told_seven_days_ahead_and_a_moved_date_is_told_anew,
    s2_14_whoever_is_set_up_or_imported_with_a_date_is_told_in_their_language,
    i16_what_time_has_ended_is_in_the_log_once,
}

/// Ada's organization, its address in the API, and Ada.
async fn platform(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let acme = deployment.founded(&ada, "learning_platform").await;
    (ada, format!("/api/v1/organizations/{acme}"))
}

fn text(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap()
}

/// The subjects of all mails to somebody so far, the oldest first.
async fn subjects(deployment: &Deployment, name: &str) -> Vec<String> {
    let mails = deployment.mails().await;
    mails.into_iter().rev().filter(|mail| mail.to.contains(&address(name))).map(|mail| mail.subject).collect()
}

/// How many mails somebody has a moment before each of these times, and at it.
async fn counts_around(deployment: &Deployment, name: &str, times: &[OffsetDateTime]) -> Vec<(usize, usize)> {
    let mut counts = Vec::new();
    for at in times {
        deployment.go_to(*at - Duration::seconds(1));
        let before = subjects(deployment, name).await.len();
        deployment.go_to(*at);
        counts.push((before, subjects(deployment, name).await.len()));
    }
    counts
}

async fn s2_1_who_does_not_answer_is_reminded_on_days_two_and_five_and_two_days_before_the_end(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let form = json!({ "email": address("Bob"), "expires_in_days": 14 });
    let invited: Value = ada.post(&format!("{acme}/invitations"), form).await.expect(201);
    let ends = OffsetDateTime::parse(invited["expires_at"].as_str().unwrap(), &Rfc3339).unwrap();
    let begun = ends - Duration::days(14);
    let first = deployment.link_to(&address("Bob")).await;
    let times = [2, 5, 12, 14].map(|days| begun + Duration::days(days));
    assert_eq!(counts_around(&deployment, "Bob", &times).await, [(1, 2), (2, 3), (3, 4), (4, 4)]);
    assert_eq!(deployment.link_to(&address("Bob")).await, first, "a reminder carries the same link");
}

async fn s2_1_nobody_is_reminded_whose_invitation_is_answered_or_withdrawn(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let path = format!("{acme}/invitations");
    for name in ["Bob", "Cleo"] {
        ada.post(&path, json!({ "email": address(name) })).await.expect(201);
    }
    deployment.taken_up("Bob").await;
    let bob = subjects(&deployment, "Bob").await.len();
    let listed = ada.get(&format!("{path}?state=pending")).await.expect(200);
    let cleo = listed["items"][0]["id"].as_str().unwrap().to_owned();
    ada.delete(&format!("{path}/{cleo}")).await.expect(204);
    deployment.pass(Duration::days(3));
    assert_eq!(subjects(&deployment, "Bob").await.len(), bob);
    assert_eq!(subjects(&deployment, "Cleo").await.len(), 1);
}

async fn s2_1_nobody_is_reminded_where_the_rules_say_so(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let (path, policy) = (format!("{acme}/invitations"), format!("{acme}/policy"));
    ada.post(&path, json!({ "email": address("Bob") })).await.expect(201);
    let mut rules = ada.get(&policy).await.expect(200)["invitation_policy"].clone();
    assert_eq!(rules["reminders"], true, "on unless the rules say otherwise");
    rules["reminders"] = json!(false);
    ada.put(&policy, Some(json!({ "invitation_policy": rules }))).await.expect(200);
    assert_eq!(ada.get(&policy).await.expect(200)["invitation_policy"], rules);
    ada.post(&path, json!({ "email": address("Cleo") })).await.expect(201);
    deployment.pass(Duration::days(6));
    for name in ["Bob", "Cleo"] {
        assert_eq!(subjects(&deployment, name).await.len(), 1, "{name}");
    }
}

async fn s2_2_an_invitation_that_goes_out_later_waits_for_its_date(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let opens = deployment.now() + Duration::days(3);
    let form = json!({ "email": address("Bob"), "send_at": text(opens) });
    let invited = ada.post(&format!("{acme}/invitations"), form).await.expect(201);
    assert_eq!(invited["state"], "scheduled");
    let times = [opens, opens + Duration::days(2)];
    assert_eq!(counts_around(&deployment, "Bob", &times).await, [(0, 1), (1, 2)], "reminders count from then on");
}

async fn s2_5_who_leaves_in_between_is_not_written_to(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let made = |answer: Value| answer["id"].as_str().unwrap().to_owned();
    let group = made(ada.post(&format!("{acme}/groups"), json!({ "name": "North" })).await.expect(201));
    let program = json!({ "name": "Safety", "groups": [group] });
    let program = made(ada.post(&format!("{acme}/programs"), program).await.expect(201));
    for name in ["Bob", "Cleo"] {
        let form = json!({ "email": address(name), "groups": [group] });
        ada.post(&format!("{acme}/invitations"), form).await.expect(201);
        deployment.taken_up(name).await;
    }
    let starts = deployment.now() + Duration::days(2);
    let form = json!({ "title": "Ropes", "starts_at": text(starts), "ends_at": text(starts + Duration::days(5)) });
    ada.post(&format!("{acme}/programs/{program}/sessions"), form).await.expect(201);
    let found = ada.get(&format!("{acme}/members?q=cleo")).await.expect(200);
    let cleo = found["items"][0]["id"].as_str().unwrap();
    ada.delete(&format!("{acme}/groups/{group}/members/{cleo}")).await.expect(204);
    let before = [subjects(&deployment, "Bob").await.len(), subjects(&deployment, "Cleo").await.len()];
    deployment.go_to(starts);
    let after = [subjects(&deployment, "Bob").await.len(), subjects(&deployment, "Cleo").await.len()];
    assert_eq!(after, [before[0] + 1, before[1]]);
}

async fn s2_14_a_deactivation_is_told_seven_days_ahead_and_a_moved_date_is_told_anew(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let ends = deployment.now() + Duration::days(20);
    let form = json!({ "email": address("Bob"), "deactivates_at": text(ends) });
    ada.post(&format!("{acme}/invitations"), form).await.expect(201);
    deployment.taken_up("Bob").await;
    let before = subjects(&deployment, "Bob").await.len();
    let notice = ends - Duration::days(7);
    assert_eq!(counts_around(&deployment, "Bob", &[notice]).await, [(before, before + 1)]);
    let found = ada.get(&format!("{acme}/members?q=bob")).await.expect(200);
    let bob = format!("{acme}/members/{}", found["items"][0]["id"].as_str().unwrap());
    let later = ends + Duration::days(10);
    ada.patch(&bob, json!({ "deactivates_at": text(later) })).await.expect(200);
    let times = [ends, later - Duration::days(7), later];
    let told = before + 1;
    let expected = [(told, told), (told, told + 1), (told + 1, told + 2)];
    assert_eq!(counts_around(&deployment, "Bob", &times).await, expected);
    let last = subjects(&deployment, "Bob").await.pop();
    assert_eq!(last.as_deref(), Some("Your access to Acme has ended"));
}

async fn s2_14_whoever_is_set_up_or_imported_with_a_date_is_told_in_their_language(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let ends = deployment.now() + Duration::days(20);
    let form = json!({ "first_name": "Dora", "email": address("Dora"), "deactivates_at": text(ends) });
    ada.post(&format!("{acme}/members"), form).await.expect(201);
    let row = format!("Noether;Emmy;{};fr;{}", address("Emmy"), text(ends));
    let file = format!("last name;first name;e-mail;language;deactivation date\r\n{row}\r\n");
    ada.post_csv(&format!("{acme}/members/import"), file).await.expect(202);
    while 0 < deployment.app.importer.run_once().await.expect("importing works") {}
    let mut counts = Vec::new();
    for at in [ends - Duration::days(7), ends] {
        for at in [at - Duration::seconds(1), at] {
            deployment.go_to(at);
            counts.push([subjects(&deployment, "Dora").await.len(), subjects(&deployment, "Emmy").await.len()]);
        }
    }
    assert_eq!(counts, [[0, 0], [1, 1], [1, 1], [2, 2]]);
    let last = [subjects(&deployment, "Dora").await.pop(), subjects(&deployment, "Emmy").await.pop()];
    let expected = ["Your access to Acme has ended", "Votre accès à Acme a pris fin"];
    assert_eq!(last, expected.map(|it| Some(it.to_owned())));
}

async fn i16_what_time_has_ended_is_in_the_log_once(deployment: Deployment) {
    let (ada, acme) = platform(&deployment).await;
    let ends = deployment.now() + Duration::days(5);
    let invitations = format!("{acme}/invitations");
    ada.post(&invitations, json!({ "email": address("Cleo"), "expires_in_days": 7 })).await.expect(201);
    ada.post(&invitations, json!({ "email": address("Bob"), "deactivates_at": text(ends) })).await.expect(201);
    deployment.taken_up("Bob").await;
    let logged = async |event: &str| {
        let found = ada.get(&format!("{acme}/events?event={event}")).await.expect(200);
        found["items"].as_array().unwrap().len()
    };
    for (at, expected) in [
        (ends - Duration::seconds(1), (0, 0)),
        (ends, (0, 1)),
        (ends + Duration::days(3), (1, 1)),
        (ends + Duration::days(4), (1, 1)),
    ] {
        deployment.go_to(at);
        for round in ["first", "second"] {
            deployment.app.sweeper.run_once().await.expect("sweeping works");
            let found = (logged("invitation-expired").await, logged("member-deactivated").await);
            assert_eq!(found, expected, "{at}, {round} round");
        }
    }
}
