//! Records that are shared with a group: who reaches them, from when until when, and what an answer says (S3.4).

use membership_tests::client::Client;
use membership_tests::deployment::Deployment;
use membership_tests::on_every_store;
use serde_json::{Value, json};

on_every_store! {
    s3_4_a_record_is_shared_with_a_group,
    s3_4_a_share_of_a_group_ends_with_the_group_or_ones_place_in_it,
    s3_4_bad_shares_with_a_group_are_named_and_change_nothing,
    s3_4_records_are_found_shared_and_restricted_on_pages,
}

/// An account with an editor and a viewer, and a group that the viewer is in.
struct Account {
    id: String,
    path: String,
    owner: Client,
    editor: Client,
    viewer: Client,
    group: String,
}

impl Account {
    async fn of(deployment: &Deployment) -> Self {
        let owner = deployment.person("Olga").await;
        let id = deployment.founded(&owner, "account").await;
        let path = format!("/api/v1/organizations/{id}");
        let editor = deployment.joined(&owner, &id, "Edda", "editor").await;
        let viewer = deployment.joined(&owner, &id, "Vera", "viewer").await;
        let made = owner.post(&format!("{path}/groups"), json!({ "name": "Auditors" })).await.expect(201);
        let group = made["id"].as_str().unwrap().to_owned();
        let account = Self { id, path, owner, editor, viewer, group };
        account.bring_in("Vera").await;
        account
    }

    async fn member(&self, name: &str) -> String {
        let found = self.owner.get(&format!("{}/members?q={name}", self.path)).await.expect(200);
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn bring_in(&self, name: &str) {
        let member = self.member(name).await;
        self.owner.put(&format!("{}/groups/{}/members/{member}", self.path, self.group), None).await.expect(204);
    }

    async fn take_out(&self, name: &str) {
        let member = self.member(name).await;
        self.owner.delete(&format!("{}/groups/{}/members/{member}", self.path, self.group)).await.expect(204);
    }

    fn record(&self, id: &str) -> String {
        format!("{}/resources/report/{id}", self.path)
    }

    fn share(&self, id: &str) -> String {
        format!("{}/shares/groups/{}", self.record(id), self.group)
    }

    async fn put(&self, id: &str) {
        self.owner.put(&self.record(id), Some(json!({ "restricted": true }))).await.expect(200);
    }

    async fn answer(&self, who: &Client, permission: &str, id: &str) -> Value {
        let question = json!({ "permission": permission, "resource": { "type": "report", "id": id } });
        who.post(&format!("{}/access-checks", self.path), question).await.expect(200)
    }

    async fn rule(&self, who: &Client, permission: &str, id: &str) -> String {
        self.answer(who, permission, id).await["rule"].as_str().unwrap().to_owned()
    }
}

async fn s3_4_a_record_is_shared_with_a_group(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put("2026").await;
    assert_eq!(it.rule(&it.viewer, "records:read", "2026").await, "record-restricted");
    for (level, rules) in [
        ("view", ["group-share", "share-too-low", "share-too-low"]),
        ("edit", ["group-share", "group-share", "share-too-low"]),
        ("control", ["group-share"; 3]),
    ] {
        it.owner.put(&it.share("2026"), Some(json!({ "level": level }))).await.expect(200);
        for (permission, rule) in ["records:read", "records:write", "records:control"].into_iter().zip(rules) {
            assert_eq!(it.rule(&it.viewer, permission, "2026").await, rule, "{level} {permission}");
        }
        assert_eq!(it.viewer.get(&it.record("2026")).await.expect(200)["level"], level);
    }
    let answer = it.answer(&it.viewer, "records:read", "2026").await;
    assert_eq!(answer["allowed"], true);
    assert!(answer["because"].as_str().unwrap().contains("`Auditors`"), "it says through which group: {answer}");
    assert_eq!(it.rule(&it.editor, "records:read", "2026").await, "record-restricted", "not in the group");
    let record = it.viewer.get(&it.record("2026")).await.expect(200);
    let shares: Vec<_> = record["shares"].as_array().unwrap().iter().map(|it| (&it["name"], &it["level"])).collect();
    assert_eq!(shares, [(&json!("Auditors"), &json!("control")), (&json!("Olga"), &json!("control"))]);
    assert_eq!(record["shares"][0]["group_id"], it.group.as_str());
    assert!(record["shares"][0].get("member_id").is_none(), "{record}");

    // The highest level wins, whichever way it comes.
    let own = format!("{}/shares/{}", it.record("2026"), it.member("Vera").await);
    it.owner.put(&it.share("2026"), Some(json!({ "level": "view" }))).await.expect(200);
    it.owner.put(&own, Some(json!({ "level": "edit" }))).await.expect(200);
    assert_eq!(it.rule(&it.viewer, "records:write", "2026").await, "share");
    it.owner.put(&it.share("2026"), Some(json!({ "level": "control" }))).await.expect(200);
    assert_eq!(it.rule(&it.viewer, "records:write", "2026").await, "group-share");
    // Through the group one may share on; and nobody ends for themselves what the group has.
    let edda = format!("{}/shares/{}", it.record("2026"), it.member("Edda").await);
    it.viewer.put(&edda, Some(json!({ "level": "view" }))).await.expect(200);
    it.owner.put(&it.share("2026"), Some(json!({ "level": "edit" }))).await.expect(200);
    it.viewer.delete(&it.share("2026")).await.refused(403, "record-control-needed");
    it.viewer.delete(&own).await.expect(204);
    assert_eq!(it.rule(&it.viewer, "records:write", "2026").await, "group-share");
    let seen = it.viewer.get(&format!("{}/resources?restricted=true", it.path)).await.expect(200);
    assert_eq!(seen["items"][0]["id"], "2026");
    let vera = it.member("Vera").await;
    let of_vera = it.owner.get(&format!("{}/resources?shared_with={vera}&q=02", it.path)).await.expect(200);
    assert_eq!(of_vera["total"], 1);
    it.owner.delete(&it.share("2026")).await.expect(204);
    it.owner.delete(&it.share("2026")).await.refused(404, "not-shared");
    assert_eq!(it.rule(&it.viewer, "records:read", "2026").await, "record-restricted");
    let log = it.owner.get(&format!("{}/events?event=record-shared", it.path)).await.expect(200);
    assert_eq!(
        (&log["items"][0]["after"]["holder_kind"], &log["items"][0]["after"]["holder_name"]),
        (&json!("group"), &json!("Auditors"))
    );
}

async fn s3_4_a_share_of_a_group_ends_with_the_group_or_ones_place_in_it(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    for id in ["1", "2"] {
        it.put(id).await;
        it.owner.put(&it.share(id), Some(json!({ "level": "edit" }))).await.expect(200);
    }
    it.bring_in("Edda").await;
    assert_eq!(it.rule(&it.editor, "records:write", "1").await, "group-share", "from the next request on");
    it.take_out("Edda").await;
    assert_eq!(it.rule(&it.editor, "records:write", "1").await, "record-restricted");
    it.editor.get(&it.record("1")).await.refused(404, "unknown-record");
    let vera = it.member("Vera").await;
    let path = format!("{}/members/{vera}/suspension", it.path);
    it.owner.post_nothing(&path).await.expect(200);
    assert_eq!(it.rule(&it.viewer, "records:read", "1").await, "membership-suspended");
    it.owner.delete(&path).await.expect(200);
    it.owner.delete(&format!("{}/groups/{}", it.path, it.group)).await.expect(204);
    for id in ["1", "2"] {
        assert_eq!(it.rule(&it.viewer, "records:read", id).await, "record-restricted");
        let left = it.owner.get(&it.record(id)).await.expect(200);
        assert_eq!(left["shares"].as_array().unwrap().len(), 1, "the owner's own: {left}");
    }
    it.owner.put(&it.share("1"), Some(json!({ "level": "edit" }))).await.refused(404, "unknown-group");
    // Another group of the same name is another group.
    it.owner.post(&format!("{}/groups", it.path), json!({ "name": "Auditors" })).await.expect(201);
    assert_eq!(it.rule(&it.viewer, "records:read", "1").await, "record-restricted");
}

async fn s3_4_bad_shares_with_a_group_are_named_and_change_nothing(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    it.put("1").await;
    let stranger = deployment.person("Sven").await;
    let other = deployment.founded(&stranger, "account").await;
    let foreign = stranger.post(&format!("/api/v1/organizations/{other}/groups"), json!({ "name": "Theirs" })).await;
    let foreign = foreign.expect(201)["id"].as_str().unwrap().to_owned();
    let log = async || it.owner.get(&format!("{}/events?limit=1", it.path)).await.expect(200)["items"][0].clone();
    let before = log().await;
    let level = |level: &str| Some(json!({ "level": level }));
    let shares = |group: &str| format!("{}/shares/groups/{group}", it.record("1"));
    it.owner.put(&shares(&foreign), level("view")).await.refused(404, "unknown-group");
    it.owner.put(&shares("nonsense"), level("view")).await.refused(404, "unknown-group");
    let problem = it.owner.put(&it.share("1"), level("own")).await.refused(422, "invalid-input");
    assert_eq!(problem["field"], "level");
    let more = Some(json!({ "level": "view", "member_id": foreign }));
    assert_eq!(it.owner.put(&it.share("1"), more).await.refused(422, "invalid-input")["field"], "member_id");
    it.owner.put(&it.share("nowhere"), level("view")).await.refused(404, "unknown-record");
    it.viewer.put(&it.share("1"), level("view")).await.refused(404, "unknown-record");
    stranger.put(&it.share("1"), level("view")).await.refused(404, "unknown-organization");
    deployment.nobody().put(&it.share("1"), level("view")).await.refused(401, "not-signed-in");
    assert_eq!(log().await, before);
    assert_eq!(it.owner.get(&it.record("1")).await.expect(200)["shares"].as_array().unwrap().len(), 1);
}

async fn s3_4_records_are_found_shared_and_restricted_on_pages(deployment: Deployment) {
    let it = Account::of(&deployment).await;
    let records = format!("/organizations/{}/records", it.id);
    assert!(it.viewer.page(&records).await.contains("There are no records yet"));
    for (id, restricted) in [("2026-Q1", true), ("2026-Q2", true), ("open", false)] {
        it.owner.put(&it.record(id), Some(json!({ "restricted": restricted }))).await.expect(200);
    }
    it.owner.put(&it.share("2026-Q1"), Some(json!({ "level": "edit" }))).await.expect(200);
    let seen = it.viewer.page(&records).await;
    assert!(seen.contains(">open<") && seen.contains(">2026-Q1<") && !seen.contains("2026-Q2"), "{seen}");
    let found = it.owner.page(&format!("{records}?q=q2&kind=report&restricted=yes")).await;
    assert!(found.contains(">2026-Q2<") && !found.contains(">2026-Q1<"), "{found}");
    assert!(it.owner.page(&format!("{records}?kind=Nothing%20like%20it")).await.contains("No record is like that"));
    let page = it.viewer.page(&format!("{records}/report/2026-Q1")).await;
    assert!(page.contains("May edit"), "{page}");
    for form in ["/restriction", "/shares", "/remove"] {
        assert!(!page.contains(&format!("2026-Q1{form}\"")), "who only edits is offered no {form}: {page}");
    }
    let page = it.owner.page(&format!("{records}/report/2026-Q1")).await;
    for part in [
        "<bdi>Auditors</bdi>",
        "/shares/end",
        "/restriction",
        "/remove",
        "What happened",
        "report/2026-Q1 with Auditors",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let cookie = format!("membership={}", it.viewer.token.clone().unwrap());
    let browser = deployment.nobody().with("cookie", cookie);
    for path in ["report/2026-Q2", "report/nowhere", "Report/<b>", "Report/2026-Q1"] {
        assert_eq!(
            browser.get(&format!("{records}/{}", path.replace('<', "%3C").replace('>', "%3E"))).await.status,
            404
        );
    }
}
