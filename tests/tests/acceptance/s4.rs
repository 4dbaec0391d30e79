//! S4, the member portal: everyone on the roster is brought to set up a login, round after round.

use membership_core::port::{Attempt, MessageRef};
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s4_1_the_roster_is_exactly_those_without_a_login,
    s4_2_search_filter_and_send_to_one,
    s4_3_round_after_round_to_whoever_still_has_no_login,
    s4_3_who_sets_up_a_login_while_a_round_is_under_way_is_left_out,
    s4_3_two_administrators_start_a_round_at_once_and_one_is_refused,
    s4_3_a_chunk_that_is_taken_up_twice_is_sent_once,
    s4_4_only_administrators_and_security_administrators_send,
    s4_8_a_round_kills_the_link_that_was_handed_over,
}

pub(crate) struct Portal {
    pub(crate) ada: Client,
    pub(crate) organization: String,
}

impl Portal {
    pub(crate) async fn of(deployment: &Deployment) -> Self {
        let ada = deployment.person("Ada").await;
        let organization = format!("/api/v1/organizations/{}", deployment.founded(&ada, "member_portal").await);
        Self { ada, organization }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("{}/{rest}", self.organization)
    }

    /// Puts somebody on the roster; their id.
    pub(crate) async fn add(&self, name: &str, more: Value) -> String {
        let mut form = json!({ "name": name, "email": address(name) });
        form.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let added = self.ada.post(&self.path("members"), form).await.expect(201);
        added["id"].as_str().or(added["member"]["id"].as_str()).unwrap_or_else(|| panic!("{added}")).to_owned()
    }

    pub(crate) async fn names(&self, query: &str) -> Vec<String> {
        let page = self.ada.get(&self.path(&format!("members?login=false{query}"))).await.expect(200);
        let names: Vec<_> =
            page["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(page["total"], names.len(), "{page}");
        names
    }

    pub(crate) async fn send(&self, round: Value) -> Value {
        self.ada.post(&self.path("roster/rounds"), round).await.expect(201)
    }

    pub(crate) async fn rounds(&self) -> Vec<Value> {
        self.ada.get(&self.path("roster/rounds")).await.expect(200)["items"].as_array().unwrap().clone()
    }
}

pub(crate) fn everybody() -> Value {
    json!({ "filter": {} })
}

/// How many mails with a personal link went to each address, by address.
pub(crate) async fn mailed(deployment: &Deployment) -> Vec<String> {
    let mails = deployment.mails().await;
    let mut to: Vec<_> = mails.iter().filter(|it| it.text.contains("/join/")).map(|it| it.to.clone()).collect();
    to.sort_unstable();
    to
}

pub(crate) async fn set_up(deployment: &Deployment, name: &str) -> Client {
    let token = deployment.link_to(&address(name)).await;
    let form = json!({ "token": token, "username": name.to_lowercase().replace(' ', ""), "password": PASSWORD });
    let entered = deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
    Client::new(deployment.router(), entered["token"].as_str().map(str::to_owned))
}

async fn s4_1_the_roster_is_exactly_those_without_a_login(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    portal.add("Grace", json!({})).await;
    portal.add("Hedy", json!({ "email": null })).await;
    assert_eq!(portal.names("").await, ["Grace", "Hedy"], "not the owner, who has a login");
    let counts = portal.ada.get(&portal.path("roster")).await.expect(200);
    let expected = json!({ "without_login": 2, "never_invited": 2, "bounced": 0, "without_address": 1 });
    assert_eq!(counts, expected);
    portal.send(everybody()).await;
    set_up(&deployment, "Grace").await;
    assert_eq!(portal.names("").await, ["Hedy"]);
    assert_eq!(portal.ada.get(&portal.path("roster")).await.expect(200)["without_login"], 1);
}

async fn s4_2_search_filter_and_send_to_one(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let grace = portal.add("Grace", json!({ "number": "2024/7", "labels": ["North"] })).await;
    portal.add("Hedy", json!({})).await;
    portal.add("Zoë", json!({ "email": null })).await;
    for text in ["gra", "GRACE@EXAMPLE", "2024%2F7", "north"] {
        assert_eq!(portal.names(&format!("&q={text}")).await, ["Grace"], "{text}");
    }
    portal.send(json!({ "members": [grace] })).await;
    assert_eq!(mailed(&deployment).await, ["grace@example.org"]);
    assert_eq!(portal.names("&invited=never").await, ["Hedy", "Zoë"]);
    assert_eq!(portal.names("&invited=round-1").await, ["Grace"]);
    assert_eq!(portal.names("&invited=round-2").await, [""; 0]);
    assert_eq!(portal.names("&invited=bounced").await, [""; 0]);
    let refused = portal.ada.get(&portal.path("members?invited=now")).await.refused(422, "invalid-input");
    assert_eq!(refused["field"], "invited");

    // The mail comes back.
    portal.send(json!({ "filter": { "q": "hedy" } })).await;
    let outbox = &deployment.stores.outbox;
    deployment.app.courier.run_once().await.unwrap();
    deployment.pass(Duration::hours(2));
    portal.send(json!({ "filter": { "q": "hedy" } })).await;
    let bounce = Attempt::Bounced { reason: "550 no such mailbox".to_owned() };
    let chunk: MessageRef = outbox.due(1).await.unwrap()[0];
    let claimed = outbox.claim(chunk, Duration::MINUTE).await.unwrap().unwrap();
    let membership_core::message::Content::Errand { errand } = &claimed.message.content else { panic!("{claimed:?}") };
    let membership_core::message::Errand::SendRound { round, chunk: number } = errand else { panic!("{errand:?}") };
    let membership_core::message::MessageScope::Organization(organization) = chunk.scope else { panic!("{chunk:?}") };
    let memberships = deployment.app.accounts.memberships();
    memberships.send_round_chunk(organization, *round, *number).await.unwrap();
    outbox.settle(chunk, &Attempt::Expanded(Vec::new())).await.unwrap();
    let mail = outbox.due(1).await.unwrap()[0];
    outbox.claim(mail, Duration::MINUTE).await.unwrap().unwrap();
    outbox.settle(mail, &bounce).await.unwrap();
    assert_eq!(portal.names("&invited=bounced").await, ["Hedy"]);
    assert_eq!(portal.ada.get(&portal.path("roster")).await.expect(200)["bounced"], 1);
}

async fn s4_3_round_after_round_to_whoever_still_has_no_login(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    for name in ["Grace", "Hedy", "Ida"] {
        portal.add(name, json!({})).await;
    }
    portal.add("Zoë", json!({ "email": null })).await;
    let trial = json!({ "filter": {}, "dry_run": true });
    let forecast = portal.ada.post(&portal.path("roster/rounds"), trial).await.expect(200);
    assert_eq!(forecast, json!({ "mail": 3, "left_out": { "no_address": 1 } }));
    assert!(portal.rounds().await.is_empty(), "a trial writes nothing");

    portal.send(everybody()).await;
    assert_eq!(mailed(&deployment).await.len(), 3);
    portal.ada.post(&portal.path("roster/rounds"), everybody()).await.refused(409, "round-repeated");
    set_up(&deployment, "Grace").await;
    deployment.pass(Duration::hours(1));
    portal.send(everybody()).await;
    let expected = ["grace", "hedy", "hedy", "ida", "ida"].map(|name| format!("{name}@example.org"));
    assert_eq!(mailed(&deployment).await, expected, "who has a login gets no second mail");

    let rounds = portal.rounds().await;
    let told: Vec<_> =
        rounds.iter().map(|it| (it["number"].clone(), it["mailed"].clone(), it["left_out"].clone())).collect();
    let without = json!({ "no_address": 1 });
    assert_eq!(told, [(json!(2), json!(2), without.clone()), (json!(1), json!(3), without)]);
    assert!(rounds.iter().all(|it| it["started_by_name"] == "Ada" && it["finished_at"].is_string()));
    let page = portal.ada.get(&portal.path("members?login=false&q=hedy")).await.expect(200);
    let told = &page["items"][0]["invitations_to_login"];
    assert_eq!((&told["rounds"], told["last_round_at"].is_string()), (&json!(2), true), "{told}");

    let nobody = json!({ "filter": { "q": "zoë" } });
    portal.ada.post(&portal.path("roster/rounds"), nobody).await.refused(409, "nobody-to-write-to");
    for broken in
        [json!({}), json!({ "members": [] }), json!({ "filter": {}, "members": [] }), json!({ "members": ["x"] })]
    {
        portal.ada.post(&portal.path("roster/rounds"), broken).await.refused(422, "invalid-input");
    }
}

async fn s4_3_who_sets_up_a_login_while_a_round_is_under_way_is_left_out(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let grace = portal.add("Grace", json!({})).await;
    portal.add("Hedy", json!({})).await;
    let path = portal.path(&format!("members/{grace}/set-up-link"));
    portal.ada.post(&path, json!({ "deliver": "mail" })).await.expect(200);
    let token = deployment.link_to("grace@").await;
    portal.send(everybody()).await;
    let form = json!({ "token": token, "username": "grace", "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
    assert_eq!(mailed(&deployment).await, ["grace@example.org", "hedy@example.org"], "one mail each, Grace's before");
    assert_eq!(portal.rounds().await[0]["mailed"], 1);
}

async fn s4_3_two_administrators_start_a_round_at_once_and_one_is_refused(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    portal.add("Grace", json!({})).await;
    let id = portal.organization.rsplit('/').next().unwrap();
    let sam = deployment.joined(&portal.ada, id, "Sam", "security_administrator").await;
    let path = portal.path("roster/rounds");
    let starts = [&portal.ada, &sam].into_iter().cycle().take(8).map(|who| who.post(&path, everybody()));
    let answers = futures_util::future::join_all(starts).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "round-under-way");
    }
    assert_eq!(portal.rounds().await.len(), 1);
    assert_eq!(mailed(&deployment).await.len(), 1);
}

async fn s4_3_a_chunk_that_is_taken_up_twice_is_sent_once(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    for number in 0..120 {
        portal.add(&format!("Person {number}"), json!({})).await;
    }
    portal.send(everybody()).await;
    // A courier sends the first chunk and is killed before it says so; eight others take it up once more.
    let outbox = &deployment.stores.outbox;
    let chunk = outbox.due(1).await.unwrap()[0];
    let claimed = outbox.claim(chunk, Duration::MINUTE).await.unwrap().unwrap();
    let membership_core::message::Content::Errand { errand } = &claimed.message.content else { panic!("{claimed:?}") };
    let membership_core::message::Errand::SendRound { round, chunk: number } = errand else { panic!("{errand:?}") };
    let membership_core::message::MessageScope::Organization(organization) = chunk.scope else { panic!("{chunk:?}") };
    let memberships = deployment.app.accounts.memberships();
    let chunks = (0..8).map(|_| memberships.send_round_chunk(organization, *round, *number));
    for sent in futures_util::future::join_all(chunks).await {
        sent.unwrap();
    }
    deployment.pass(Duration::minutes(2));
    let to = mailed(&deployment).await;
    let mut once = to.clone();
    once.dedup();
    assert_eq!(to, once, "nobody gets two mails");
    let round = portal.rounds().await.remove(0);
    assert_eq!((&round["mailed"], round["finished_at"].is_string()), (&json!(120), true), "{round}");
    let page = portal.ada.get(&portal.path("members?login=false&invited=round-1")).await.expect(200);
    assert_eq!(page["total"], 120);
}

async fn s4_4_only_administrators_and_security_administrators_send(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let id = portal.organization.rsplit('/').next().unwrap().to_owned();
    let grace = portal.add("Grace", json!({})).await;
    let boss = portal.add("Boss", json!({ "role": "administrator" })).await;
    for (name, role, status) in
        [("Mia", "member", 403), ("Sam", "security_administrator", 200), ("Adam", "administrator", 200)]
    {
        let it = deployment.joined(&portal.ada, &id, name, role).await;
        let trial = json!({ "members": [grace, boss], "dry_run": true });
        let answer = it.post(&portal.path("roster/rounds"), trial).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
        assert_eq!(it.get(&portal.path("roster")).await.status, status);
        if status == 200 {
            let forecast = answer.json();
            assert_eq!(forecast, json!({ "mail": 1, "left_out": { "above_yours": 1 } }), "{name}");
            it.post(&portal.path("roster/rounds"), json!({ "members": [boss] }))
                .await
                .refused(403, "member-above-yours");
        }
    }
    deployment.person("Eve").await.get(&portal.path("roster")).await.refused(404, "unknown-organization");
}

async fn s4_8_a_round_kills_the_link_that_was_handed_over(deployment: Deployment) {
    let portal = Portal::of(&deployment).await;
    let grace = portal.add("Grace", json!({})).await;
    let path = portal.path(&format!("members/{grace}/set-up-link"));
    let handed = portal.ada.post(&path, json!({ "deliver": "return" })).await.expect(200);
    let token = handed["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    portal.send(json!({ "members": [grace] })).await;
    deployment.mails().await;
    let form = json!({ "token": token, "username": "grace", "password": PASSWORD });
    deployment.nobody().post("/api/v1/set-up-links/redeem", form).await.refused(410, "link-superseded");
    set_up(&deployment, "Grace").await;
    let hand = json!({ "deliver": "return" });
    portal.ada.post(&path, hand).await.refused(409, "login-exists");
}
