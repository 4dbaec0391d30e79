//! Account access: viewers, editors and administrators, records that are shared, and answers that say why.

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    s0_2_every_check_says_why,
    s3_1_an_invitation_carries_the_access_level,
    s3_2_an_existing_user_gains_the_account_and_can_switch,
    s3_3_an_administrator_does_what_the_owner_can_save_two_things,
    s3_4_records_are_restricted_and_shared,
    s3_4_control_of_a_record_lets_its_holder_share_it,
    s3_4_a_share_that_was_changed_meanwhile_is_not_overwritten_unseen,
    s3_4_a_hundred_questions_are_answered_at_once,
    s3_4_bad_input_is_named_and_changes_nothing,
    s3_6_a_removed_user_has_no_share_left,
    s3_8_an_administrator_customizes_the_account,
}

fn account(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

/// An account with one of each level: owner, administrator, editor, viewer.
struct Account {
    path: String,
    owner: Client,
    administrator: Client,
    editor: Client,
    viewer: Client,
}

impl Account {
    async fn of(deployment: &Deployment) -> Self {
        let owner = deployment.person("Olga").await;
        let organization = deployment.founded(&owner, "account").await;
        let administrator = deployment.joined(&owner, &organization, "Adam", "administrator").await;
        let editor = deployment.joined(&owner, &organization, "Edda", "editor").await;
        let viewer = deployment.joined(&owner, &organization, "Vera", "viewer").await;
        Self { path: account(&organization), owner, administrator, editor, viewer }
    }

    async fn member(&self, name: &str) -> String {
        let found = self.owner.get(&format!("{}/members?q={name}", self.path)).await.expect(200);
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    fn record(&self, id: &str) -> String {
        format!("{}/resources/report/{id}", self.path)
    }

    async fn put(&self, by: &Client, id: &str, restricted: bool) {
        by.put(&self.record(id), Some(json!({ "restricted": restricted }))).await.expect(200);
    }

    /// The rule that answers a person's question about themselves.
    async fn rule(&self, who: &Client, permission: &str, id: &str) -> String {
        let question = json!({ "permission": permission, "resource": { "type": "report", "id": id } });
        let answer = who.post(&format!("{}/access-checks", self.path), question).await.expect(200);
        assert_eq!(answer["allowed"] == true, ["owner", "role", "share"].contains(&answer["rule"].as_str().unwrap()));
        assert!(answer["because"].as_str().unwrap().ends_with('.'));
        answer["rule"].as_str().unwrap().to_owned()
    }
}

async fn s0_2_every_check_says_why(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "group_subscription").await;
    let bob = deployment.joined(&ada, &organization, "Bob", "member").await;
    let checks = format!("{}/access-checks", account(&organization));
    let question = json!({ "permission": "records:read" });
    let answer = bob.post(&checks, question.clone()).await.expect(200);
    assert_eq!((&answer["allowed"], &answer["rule"]), (&json!(false), &json!("seat-missing")));
    assert!(answer["because"].as_str().unwrap().contains("no seat"), "{answer}");
    let french = json!({ "permission": "records:read", "language": "fr" });
    let answer = bob.post(&checks, french).await.expect(200);
    assert!(answer["because"].as_str().unwrap().contains("place"), "{answer}");
    let found = ada.get(&format!("{}/members?q=Bob", account(&organization))).await.expect(200);
    let member = format!("{}/members/{}", account(&organization), found["items"][0]["id"].as_str().unwrap());
    ada.put(&format!("{member}/seat"), None).await.expect(200);
    assert_eq!(bob.post(&checks, question.clone()).await.expect(200)["rule"], "role");
    ada.post_nothing(&format!("{member}/suspension")).await.expect(200);
    assert_eq!(bob.post(&checks, question).await.expect(200)["rule"], "membership-suspended");
    let about_ada = json!({ "permission": "records:read", "member_id": found["items"][0]["id"] });
    assert_eq!(ada.post(&checks, about_ada).await.expect(200)["rule"], "membership-suspended");
}

async fn s3_1_an_invitation_carries_the_access_level(deployment: Deployment) {
    let owner = deployment.person("Olga").await;
    let organization = deployment.founded(&owner, "account").await;
    for (name, role) in [("Vera", "viewer"), ("Edda", "editor"), ("Adam", "administrator")] {
        let guest = deployment.joined(&owner, &organization, name, role).await;
        let mine = guest.get("/api/v1/me/memberships").await.expect(200);
        assert_eq!(mine["items"][0]["membership"]["role"], role);
    }
    let above = json!({ "email": "x@example.org", "role": "owner" });
    owner.post(&format!("{}/invitations", account(&organization)), above).await.refused(403, "role-above-yours");
}

async fn s3_2_an_existing_user_gains_the_account_and_can_switch(deployment: Deployment) {
    let owner = deployment.person("Olga").await;
    let organization = deployment.founded(&owner, "account").await;
    let ada = deployment.person("Ada").await;
    let own = deployment.founded(&ada, "account").await;
    let offer = json!({ "email": address("Ada"), "role": "viewer" });
    owner.post(&format!("{}/invitations", account(&organization)), offer).await.expect(201);
    let token = deployment.link_to("ada@example.org").await;
    let accepted = ada.post("/api/v1/invitations/accept", json!({ "token": token })).await.expect(201);
    let ada = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    let mine = ada.get("/api/v1/me/memberships").await.expect(200);
    let ids: Vec<_> = mine["items"].as_array().unwrap().iter().map(|it| it["organization"]["id"].clone()).collect();
    assert!(ids.contains(&json!(organization)) && ids.contains(&json!(own)), "{mine}");
    for (id, role) in [(&organization, "viewer"), (&own, "owner")] {
        assert_eq!(ada.get(&account(id)).await.expect(200)["membership"]["role"], role);
    }
    // A new one signs up first.
    let offer = json!({ "email": address("Nora"), "role": "viewer" });
    owner.post(&format!("{}/invitations", account(&organization)), offer).await.expect(201);
    let token = deployment.link_to("nora@example.org").await;
    let bare = deployment.nobody().post("/api/v1/invitations/accept", json!({ "token": token })).await;
    assert!(bare.status.is_client_error(), "{}", bare.text);
    let form = json!({ "token": token, "name": "Nora", "password": PASSWORD });
    deployment.nobody().post("/api/v1/invitations/accept", form).await.expect(201);
}

async fn s3_3_an_administrator_does_what_the_owner_can_save_two_things(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    let vera = it.member("Vera").await;
    let peer = json!({ "email": "peer@example.org", "role": "administrator" });
    it.administrator.post(&format!("{}/invitations", it.path), peer).await.expect(201);
    let member = format!("{}/members/{vera}", it.path);
    it.administrator.patch(&member, json!({ "role": "editor" })).await.expect(200);
    it.administrator.patch(&it.path, json!({ "name": "Renamed" })).await.expect(200);
    it.administrator.get(&format!("{}/events", it.path)).await.expect(200);
    let ownership = format!("{}/ownership", it.path);
    it.administrator.post(&ownership, json!({ "member_id": vera })).await.refused(403, "owner-only");
    it.administrator.delete(&it.path).await.refused(403, "owner-only");
    it.editor.patch(&it.path, json!({ "name": "Mine" })).await.refused(403, "permission-missing");
    // Billing and package are the operator's to change, and not even an administrator's.
    let subscription = it.path.replace("/api/v1/", "/api/v1/operator/") + "/subscription";
    it.administrator.put(&subscription, Some(json!({ "seat_limit": 99 }))).await.refused(403, "operator-only");
}

async fn s3_4_records_are_restricted_and_shared(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    // The host application makes its records known by the operator's token, and editors by their own.
    it.put(&deployment.operator(), "open", false).await;
    it.put(&it.editor, "new", false).await;
    it.put(&it.administrator, "secret", true).await;
    it.viewer.put(&it.record("mine"), Some(json!({ "restricted": false }))).await.refused(403, "permission-missing");
    for (who, open, secret) in [
        (&it.owner, ["owner"; 2], "owner"),
        (&it.administrator, ["role"; 2], "role"),
        (&it.editor, ["role"; 2], "record-restricted"),
        (&it.viewer, ["role", "permission-missing"], "record-restricted"),
    ] {
        assert_eq!(it.rule(who, "records:read", "open").await, open[0]);
        assert_eq!(it.rule(who, "records:write", "open").await, open[1]);
        assert_eq!(it.rule(who, "records:read", "secret").await, secret);
    }
    it.viewer.get(&it.record("secret")).await.refused(404, "unknown-record");
    it.viewer.get(&it.record("nowhere")).await.refused(404, "unknown-record");
    let vera = it.member("Vera").await;
    let share = format!("{}/shares/{vera}", it.record("secret"));
    for (level, rules) in [
        ("view", ["share", "share-too-low", "share-too-low"]),
        ("edit", ["share", "share", "share-too-low"]),
        ("control", ["share", "share", "share"]),
    ] {
        it.administrator.put(&share, Some(json!({ "level": level }))).await.expect(200);
        for (permission, rule) in ["records:read", "records:write", "records:control"].into_iter().zip(rules) {
            assert_eq!(it.rule(&it.viewer, permission, "secret").await, rule, "{level} {permission}");
        }
        assert_eq!(it.viewer.get(&it.record("secret")).await.expect(200)["level"], level);
    }
    assert_eq!(it.rule(&it.editor, "records:read", "secret").await, "record-restricted");
    let names = async |who: &Client, query: &str| {
        let page = who.get(&format!("{}/resources{query}", it.path)).await.expect(200);
        let items = page["items"].as_array().unwrap();
        items.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&it.administrator, "").await, ["new", "open", "secret"]);
    assert_eq!(names(&it.editor, "").await, ["new", "open"]);
    assert_eq!(names(&it.viewer, "?restricted=true").await, ["secret"]);
    assert_eq!(names(&it.owner, &format!("?shared_with={vera}")).await, ["secret"]);
    it.administrator.delete(&share).await.expect(204);
    it.administrator.delete(&share).await.refused(404, "not-shared");
    assert_eq!(it.rule(&it.viewer, "records:read", "secret").await, "record-restricted");
    it.administrator.delete(&it.record("secret")).await.expect(204);
    assert_eq!(it.rule(&it.owner, "records:read", "secret").await, "unknown-record");
    let log = it.owner.get(&format!("{}/events?event=record-shared", it.path)).await.expect(200);
    assert_eq!(log["items"][0]["after"]["level"], "control");
}

async fn s3_4_control_of_a_record_lets_its_holder_share_it(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put(&it.editor, "plan", true).await;
    let (vera, edda) = (it.member("Vera").await, it.member("Edda").await);
    let shares = |member: &str| format!("{}/shares/{member}", it.record("plan"));
    let record = it.editor.get(&it.record("plan")).await.expect(200);
    assert_eq!((&record["level"], &record["shares"][0]["name"]), (&json!("control"), &json!("Edda")));
    it.editor.put(&shares(&vera), Some(json!({ "level": "edit" }))).await.expect(200);
    let seen = it.viewer.get(&it.record("plan")).await.expect(200);
    assert_eq!((&seen["allowed_actions"], &seen["shares"]), (&json!([]), &json!([])));
    let raise = json!({ "level": "control" });
    it.viewer.put(&shares(&vera), Some(raise.clone())).await.refused(403, "record-control-needed");
    it.viewer.delete(&shares(&edda)).await.refused(403, "record-control-needed");
    it.viewer.delete(&it.record("plan")).await.refused(403, "record-control-needed");
    // A stranger to the account is no member to share with, and learns nothing.
    let stranger = deployment.person("Sven").await;
    let other = deployment.founded(&stranger, "account").await;
    let foreign = stranger.get(&account(&other)).await.expect(200)["owner_id"].as_str().unwrap().to_owned();
    it.editor.put(&shares(&foreign), Some(raise)).await.refused(404, "unknown-member");
    stranger.get(&it.record("plan")).await.refused(404, "unknown-organization");
    let question = json!({ "permission": "records:read" });
    stranger.post(&format!("{}/access-checks", it.path), question).await.refused(404, "unknown-organization");
    it.viewer.delete(&shares(&vera)).await.expect(204);
    it.viewer.get(&it.record("plan")).await.refused(404, "unknown-record");
}

async fn s3_4_a_share_that_was_changed_meanwhile_is_not_overwritten_unseen(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put(&it.owner, "plan", true).await;
    let share = async |name: &str| format!("{}/shares/{}", it.record("plan"), it.member(name).await);
    let (vera, edda) = (share("Vera").await, share("Edda").await);
    let level = |level: &str| Some(json!({ "level": level }));
    let nobody_has_it = "\"0\"";
    let shared = it.owner.with("if-match", nobody_has_it).put(&vera, level("view")).await;
    shared.expect(200);
    let late = it.administrator.with("if-match", nobody_has_it);
    late.put(&vera, level("edit")).await.refused(412, "changed-meanwhile");
    let record = it.administrator.get(&it.record("plan")).await.expect(200);
    let of_vera = record["shares"].as_array().unwrap().iter().find(|share| share["name"] == "Vera").unwrap();
    assert_eq!((&of_vera["level"], shared.header("etag")), (&json!("view"), &*format!("\"{}\"", of_vera["version"])));
    // What others have is no change of this share.
    it.owner.put(&edda, level("view")).await.expect(200);
    let seen = it.administrator.with("if-match", shared.header("etag"));
    seen.put(&vera, level("edit")).await.expect(200);
    seen.put(&vera, level("control")).await.refused(412, "changed-meanwhile");
    assert_eq!(it.viewer.get(&it.record("plan")).await.expect(200)["level"], "edit");
    it.owner.delete(&vera).await.expect(204);
    seen.put(&vera, level("control")).await.refused(412, "changed-meanwhile");
    it.viewer.get(&it.record("plan")).await.refused(404, "unknown-record");
}

async fn s3_4_a_hundred_questions_are_answered_at_once(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put(&it.owner, "1", true).await;
    let vera = it.member("Vera").await;
    let checks = format!("{}/access-checks", it.path);
    let question = |number: usize| match number % 3 {
        0 => json!({ "member_id": vera, "permission": "members:view" }),
        1 => json!({ "member_id": vera, "permission": "records:read", "resource": { "type": "report", "id": "1" } }),
        _ => json!({ "user_id": "0190f5a0-0000-7000-8000-000000000000", "permission": "host:print" }),
    };
    let many: Vec<_> = (0..100).map(question).collect();
    let answers = it.owner.post(&checks, json!({ "checks": many })).await.expect(200);
    let rules: Vec<_> = answers["checks"].as_array().unwrap().iter().map(|it| it["rule"].clone()).collect();
    assert_eq!(rules.len(), 100);
    assert_eq!(rules[..3], [json!("role"), json!("record-restricted"), json!("not-a-member")]);
    let one_more: Vec<_> = (0..101).map(question).collect();
    it.owner.post(&checks, json!({ "checks": one_more })).await.refused(422, "invalid-input");
    let operator = deployment.operator().post(&checks, json!({ "checks": many })).await.expect(200);
    assert_eq!(operator["checks"][1]["rule"], "record-restricted");
    let group = deployment.founded(&it.owner, "group_subscription").await;
    let bob = deployment.joined(&it.owner, &group, "Bob", "member").await;
    let of = it.owner.get(&account(&group)).await.expect(200)["owner_id"].clone();
    let about_another = json!({ "member_id": of, "permission": "records:read" });
    bob.post(&format!("{}/access-checks", account(&group)), about_another).await.refused(403, "permission-missing");
}

async fn s3_4_bad_input_is_named_and_changes_nothing(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put(&it.owner, "1", false).await;
    let log = async || it.owner.get(&format!("{}/events?limit=1", it.path)).await.expect(200)["items"][0].clone();
    let before = log().await;
    let refused = |answer: membership_tests::client::Answer, field: &str| {
        assert_eq!(answer.refused(422, "invalid-input")["field"], field);
    };
    let resource = |path: &str| format!("{}/resources/{path}", it.path);
    let body = || Some(json!({ "restricted": true }));
    refused(it.owner.put(&resource("Report/1"), body()).await, "type");
    refused(it.owner.put(&resource("report/%3Cb%3E"), body()).await, "id");
    refused(it.owner.put(&resource(&format!("report/{}", "x".repeat(129))), body()).await, "id");
    refused(it.owner.put(&resource("report/1"), Some(json!({ "restricted": "yes" }))).await, "restricted");
    refused(it.owner.put(&resource("report/1"), Some(json!({ "restricted": true, "by": "me" }))).await, "by");
    let vera = it.member("Vera").await;
    let share = resource(&format!("report/1/shares/{vera}"));
    refused(it.owner.put(&share, Some(json!({ "level": "own" }))).await, "level");
    let checks = format!("{}/access-checks", it.path);
    for (question, field) in [
        (json!({}), "permission"),
        (json!({ "permission": "Records Read" }), "permission"),
        (json!({ "permission": "records:read", "member_id": vera, "user_id": vera }), "member_id"),
        (json!({ "permission": "records:read", "resource": { "type": "report", "id": "a/b" } }), "resource.id"),
        (json!({ "checks": [] }), "checks"),
        (json!({ "checks": [{ "permission": "<b>" }] }), "checks[0].permission"),
        (json!({ "checks": [], "permission": "records:read" }), "checks"),
    ] {
        refused(it.owner.post(&checks, question).await, field);
    }
    assert_eq!(log().await, before);
}

async fn s3_6_a_removed_user_has_no_share_left(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put(&it.owner, "1", true).await;
    let vera = it.member("Vera").await;
    it.owner.put(&format!("{}/shares/{vera}", it.record("1")), Some(json!({ "level": "view" }))).await.expect(200);
    it.owner.delete(&format!("{}/members/{vera}", it.path)).await.expect(204);
    let record = it.owner.get(&it.record("1")).await.expect(200);
    let names =
        |value: &Value| value["shares"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&record), ["Olga"], "who registered it controls it");
    it.viewer.get(&it.record("1")).await.refused(404, "unknown-organization");
    let question = json!({ "member_id": vera, "permission": "records:read" });
    let answer = it.owner.post(&format!("{}/access-checks", it.path), question).await.expect(200);
    assert_eq!(answer["rule"], "not-a-member");
}

async fn s3_8_an_administrator_customizes_the_account(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    let read = it.administrator.get(&it.path).await;
    let tag = read.header("etag").to_owned();
    let branding = json!({
        "logo_url": "https://example.org/logo.svg", "accent": "#0b5cad",
        "sender_name": "Olga & Co", "reply_to": "help@example.org",
    });
    let change = json!({ "name": "Olga & Co", "branding": branding });
    let changed = it.administrator.with("if-match", &tag).patch(&it.path, change.clone()).await.expect(200);
    assert_eq!((&changed["branding"], &changed["name"]), (&branding, &json!("Olga & Co")));
    it.administrator.with("if-match", &tag).patch(&it.path, change.clone()).await.refused(412, "changed-meanwhile");
    it.editor.patch(&it.path, change).await.refused(403, "permission-missing");
    for (field, value, told) in [
        ("logo_url", "http://example.org/logo.svg", "https://"),
        ("logo_url", "https://example.org/\"><script>", "https://"),
        ("accent", "#ffff00", "nearest"),
        ("accent", "blue", "colour"),
        ("sender_name", "Olga\r\nBcc: eve@example.org", "line breaks"),
        ("sender_name", "<b>Olga</b>", "`<`"),
        ("reply_to", "nobody", "address"),
    ] {
        let problem = it.owner.patch(&it.path, json!({ "branding": { field: value } })).await;
        let problem = problem.refused(422, "invalid-input");
        assert_eq!(problem["field"], field);
        assert!(problem["detail"].as_str().unwrap().contains(told), "{problem}");
    }
    let offer = json!({ "email": "new@example.org", "role": "viewer" });
    it.administrator.post(&format!("{}/invitations", it.path), offer).await.expect(201);
    let mail = deployment.mail_to("new@example.org").await;
    assert!(mail.html.contains("#0b5cad") && mail.html.contains("https://example.org/logo.svg"), "{}", mail.html);
    let bare = it.owner.patch(&it.path, json!({ "branding": { "logo_url": null, "accent": null } })).await.expect(200);
    assert_eq!(bare["branding"]["logo_url"], Value::Null);
    assert_eq!(bare["branding"]["sender_name"], "Olga & Co");
    let offer = json!({ "email": "plain@example.org", "role": "viewer" });
    it.administrator.post(&format!("{}/invitations", it.path), offer).await.expect(201);
    assert!(!deployment.mail_to("plain@example.org").await.html.contains("logo.svg"));
}
