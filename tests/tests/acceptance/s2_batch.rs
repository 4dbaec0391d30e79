//! Many people at once: a pasted list, one outcome for each address, a rehearsal with the same answer, and a repeat that
//! repeats nothing (S2.1, S2.2, X.3).

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s2_1_each_address_of_a_list_has_its_own_outcome,
    s2_1_who_has_invited_enough_is_told_for_each_address,
    s2_1_a_thousand_addresses_are_one_request_and_its_repeat_sends_nothing,
    s2_2_a_list_shares_role_groups_dates_language_and_words,
    s2_3_the_first_sign_in_asks_for_first_name_last_name_and_a_password,
}

async fn organization(deployment: &Deployment, preset: &str, seats: Option<u32>) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let id = deployment.founded(&ada, preset).await;
    let path = format!("/api/v1/operator/organizations/{id}/subscription");
    deployment.operator().put(&path, Some(json!({ "seat_limit": seats }))).await.expect(200);
    (ada, format!("/api/v1/organizations/{id}"))
}

/// How many mails invite somebody; others tell administrators that seats run out.
async fn invited(deployment: &Deployment) -> usize {
    deployment.mails().await.iter().filter(|mail| mail.text.contains("/i/")).count()
}

fn outcomes(answer: &Value) -> Vec<(&str, &str)> {
    let items = answer["items"].as_array().expect("one outcome for each address").iter();
    items.map(|it| (it["email"].as_str().unwrap(), it["outcome"].as_str().unwrap())).collect()
}

async fn s2_1_each_address_of_a_list_has_its_own_outcome(deployment: Deployment) {
    // Ada holds a seat and Bob's invitation reserves one: two are left.
    let (ada, acme) = organization(&deployment, "account", Some(4)).await;
    ada.post(&format!("{acme}/invitations"), json!({ "email": address("Bob") })).await.expect(201);
    let list = "\"Lovelace, Ada\" <ada@example.org>; BOB@example.org\ncleo@example.org dora@example.org, Cleo@Example.org\n\
                nobody@, eve@example.org";
    let expected = [
        ("\"Lovelace, Ada\" <ada@example.org>", "already-member"),
        ("BOB@example.org", "already-invited"),
        ("cleo@example.org", "invited"),
        ("dora@example.org", "invited"),
        ("Cleo@Example.org", "duplicate"),
        ("nobody@", "invalid-address"),
        ("eve@example.org", "seat-limit-reached"),
    ];
    let batch = format!("{acme}/invitations/batch");
    let before = invited(&deployment).await;
    let tried = ada.post(&batch, json!({ "text": list, "dry_run": true })).await.expect(200);
    assert_eq!((outcomes(&tried), &tried["dry_run"]), (expected.to_vec(), &json!(true)));
    let listed = format!("{acme}/invitations");
    assert_eq!(ada.get(&listed).await.expect(200)["total"], 1, "a rehearsal writes nothing");
    assert_eq!(invited(&deployment).await, before);
    let keyed = ada.with("idempotency-key", "the-list-of-march");
    let sent = keyed.post(&batch, json!({ "text": list })).await.expect(200);
    assert_eq!(outcomes(&sent), expected);
    assert_eq!(ada.get(&listed).await.expect(200)["total"], 3);
    assert_eq!(invited(&deployment).await, before + 2);
    let again = keyed.post(&batch, json!({ "text": list })).await.expect(200);
    assert_eq!(again, sent, "the repeat gives the same answer");
    assert_eq!(invited(&deployment).await, before + 2);
    keyed.post(&batch, json!({ "text": "other@example.org" })).await.refused(422, "idempotency-key-reused");
}

async fn s2_1_who_has_invited_enough_is_told_for_each_address(deployment: Deployment) {
    let deployment = deployment.again(|settings| settings.invitations_per_inviter = "2/h".to_owned());
    let (ada, acme) = organization(&deployment, "team", None).await;
    let batch = format!("{acme}/invitations/batch");
    let form = |dry_run| json!({ "text": "a@example.org b@example.org c@example.org nobody@", "dry_run": dry_run });
    let expected = [
        ("a@example.org", "invited"),
        ("b@example.org", "invited"),
        ("c@example.org", "rate-limited"),
        ("nobody@", "invalid-address"),
    ];
    assert_eq!(outcomes(&ada.post(&batch, form(true)).await.expect(200)), expected);
    assert_eq!(outcomes(&ada.post(&batch, form(true)).await.expect(200)), expected, "a rehearsal takes nothing");
    let sent = ada.post(&batch, form(false)).await.expect(200);
    assert_eq!(outcomes(&sent), expected);
    let told = sent["items"][2]["detail"].as_str().unwrap();
    assert!(!told.is_empty(), "{sent}");
    deployment.pass(Duration::hours(2));
    assert_eq!(outcomes(&ada.post(&batch, form(false)).await.expect(200))[2], ("c@example.org", "invited"));
}

async fn s2_1_a_thousand_addresses_are_one_request_and_its_repeat_sends_nothing(deployment: Deployment) {
    let (ada, acme) = organization(&deployment, "team", None).await;
    let batch = format!("{acme}/invitations/batch");
    let emails: Vec<_> = (0..1_000).map(|number| format!("person{number}@example.org")).collect();
    let keyed = ada.with("idempotency-key", "everybody-at-once");
    let form = json!({ "emails": emails });
    let sent = keyed.post(&batch, form.clone()).await.expect(200);
    assert!(outcomes(&sent).iter().all(|(_, outcome)| *outcome == "invited"));
    let listed = format!("{acme}/invitations?limit=1");
    assert_eq!(ada.get(&listed).await.expect(200)["total"], 1_000);
    assert_eq!(keyed.post(&batch, form).await.expect(200), sent);
    assert_eq!(ada.get(&listed).await.expect(200)["total"], 1_000);
    let more: Vec<_> = emails.into_iter().chain(["one.more@example.org".to_owned()]).collect();
    let refused = ada.post(&batch, json!({ "emails": more })).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "emails");
    // Without the key, everybody is invited already.
    let text = more.join("\n");
    let refused = ada.post(&batch, json!({ "text": text })).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "text");
}

async fn s2_2_a_list_shares_role_groups_dates_language_and_words(deployment: Deployment) {
    let (ada, acme) = organization(&deployment, "learning_platform", None).await;
    let made = |answer: Value| answer["id"].as_str().unwrap().to_owned();
    let group = made(ada.post(&format!("{acme}/groups"), json!({ "name": "North" })).await.expect(201));
    let in_days = |days| (deployment.now() + Duration::days(days)).format(&Rfc3339).unwrap();
    let (opens, ends) = (in_days(1), in_days(90));
    let form = json!({
        "text": "Bob <bob@example.org>\ncleo@example.org", "role": "author", "groups": [group], "language": "fr",
        "message": "À bientôt !", "send_at": opens, "deactivates_at": ends,
    });
    let sent = ada.post(&format!("{acme}/invitations/batch"), form).await.expect(200);
    for item in sent["items"].as_array().unwrap() {
        assert_eq!(
            (&item["invitation"]["role"], &item["invitation"]["state"]),
            (&json!("author"), &json!("scheduled"))
        );
    }
    let mails = deployment.mails().await;
    assert!(!mails.iter().any(|mail| mail.to.contains("bob@")), "it goes out on its date");
    deployment.pass(Duration::days(1));
    let mail = deployment.mail_to("bob@").await;
    assert!(
        mail.text.contains("À bientôt !") && mail.subject.contains("vous invite"),
        "{}\n{}",
        mail.subject,
        mail.text
    );
    deployment.taken_up("Bob").await;
    let found = ada.get(&format!("{acme}/members?group={group}")).await.expect(200);
    let bob = &found["items"][0];
    assert_eq!(
        (&bob["name"], &bob["role"], &bob["deactivates_at"]),
        (&json!("Bob Ray"), &json!("author"), &json!(ends))
    );
    assert_eq!(bob["groups"], json!([{ "id": group, "name": "North" }]));
}

async fn s2_3_the_first_sign_in_asks_for_first_name_last_name_and_a_password(deployment: Deployment) {
    let (ada, acme) = organization(&deployment, "learning_platform", None).await;
    ada.post(&format!("{acme}/invitations/batch"), json!({ "text": "zoe@example.org" })).await.expect(200);
    let token = deployment.link_to("zoe@").await;
    let nobody = deployment.nobody();
    let asks = nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200)["asks"].clone();
    assert_eq!((&asks["name"], &asks["password"]), (&json!("first_and_last"), &json!(true)), "{asks}");
    let whole = json!({ "token": token, "first_name": "Zoë", "last_name": "Quiñones", "password": PASSWORD });
    for field in ["first_name", "last_name", "password"] {
        let mut form = whole.clone();
        form.as_object_mut().unwrap().remove(field);
        let refused = nobody.post("/api/v1/invitations/accept", form).await.refused(422, "invalid-input");
        assert_eq!(refused["field"], field);
    }
    assert_eq!(ada.get(&format!("{acme}/members")).await.expect(200)["total"], 1, "nothing half done");
    nobody.post("/api/v1/invitations/accept", whole).await.expect(201);
    let zoe = ada.get(&format!("{acme}/members?q=zoe")).await.expect(200)["items"][0].clone();
    assert_eq!((&zoe["name"], &zoe["role"]), (&json!("Zoë Quiñones"), &json!("trainee")));
    let form = json!({ "login": "zoe@example.org", "password": PASSWORD });
    assert_eq!(nobody.post("/api/v1/sign-ins", form).await.expect(201)["password_change_required"], false);
}
