//! Backups of an organization, and putting one back: into another deployment, or where it was deleted (S3.8).

use membership_backup::{BadBackup, read};
use membership_core::command::Restore;
use membership_core::draft::Actor;
use membership_core::service::{Backups, NotRestored};
use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s3_8_an_administrator_takes_a_backup_and_it_holds_no_secret,
    s3_8_a_backup_lives_on_in_another_deployment,
    s3_8_a_deleted_organization_comes_back_from_its_backup,
    s3_8_a_backup_that_is_cut_off_edited_or_newer_changes_nothing,
}

fn acme(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}")
}

/// An account with an administrator, an editor, an open invitation, a group, a record with a share, and a key.
async fn filled(deployment: &Deployment) -> (Client, String) {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "account").await;
    let base = acme(&organization);
    deployment.joined(&ada, &organization, "Bob", "administrator").await;
    deployment.joined(&ada, &organization, "Cleo", "editor").await;
    ada.post(&format!("{base}/invitations"), json!({ "email": "dan@example.org", "role": "viewer" })).await.expect(201);
    let members = ada.get(&format!("{base}/members?q=Cleo")).await.expect(200);
    let cleo = members["items"][0]["id"].as_str().unwrap().to_owned();
    let group = ada.post(&format!("{base}/groups"), json!({ "name": "North" })).await.expect(201);
    let group = group["id"].as_str().unwrap();
    ada.put(&format!("{base}/groups/{group}/members/{cleo}"), None).await;
    let record = format!("{base}/resources/report/2026");
    ada.put(&record, Some(json!({ "restricted": true }))).await;
    ada.put(&format!("{record}/shares/{cleo}"), Some(json!({ "level": "edit" }))).await;
    ada.put(&format!("{record}/shares/groups/{group}"), Some(json!({ "level": "view" }))).await.expect(200);
    ada.post(&format!("{base}/keys"), json!({ "name": "Host", "scopes": ["members:view"] })).await.expect(201);
    (ada, organization)
}

async fn taken(by: &Client, organization: &str) -> String {
    let answer = by.get(&format!("{}/backup", acme(organization))).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/jsonl"), "{}", answer.text);
    assert_eq!(answer.header("content-length"), answer.text.len().to_string());
    answer.text
}

async fn s3_8_an_administrator_takes_a_backup_and_it_holds_no_secret(deployment: Deployment) {
    let (ada, organization) = filled(&deployment).await;
    let file = taken(&ada, &organization).await;
    let estate = read(file.as_bytes()).unwrap().estate;
    estate.check().unwrap();
    let counts = (estate.members.len(), estate.invitations.len(), estate.groups.len(), estate.group_members.len());
    assert_eq!(counts, (3, 3, 1, 1));
    assert_eq!((estate.records.len(), estate.shares.len()), (1, 3), "hers, the group's and the one of who made it");
    assert_eq!(estate.log.last().unwrap().event, "backup-taken", "what went out is written down");
    for secret in ["argon2", "mli_", "mls_", "mlk_", "token_hash", PASSWORD] {
        assert!(!file.contains(secret), "{secret}");
    }
    let hers = ada.get(&acme(&organization)).await.expect(200);
    assert!(hers["allowed_actions"].as_array().unwrap().contains(&json!("take_backup")));
    let dan = deployment.taken_up("Dan").await;
    dan.get(&format!("{}/backup", acme(&organization))).await.refused(403, "permission-missing");
    let stranger = deployment.person("Eve").await;
    stranger.get(&format!("{}/backup", acme(&organization))).await.refused(404, "unknown-organization");
}

/// Puts a file back as `server restore` does.
async fn restored(into: &Deployment, file: &str, mails: bool) -> Result<(), NotRestored> {
    let backup = read(file.as_bytes()).unwrap();
    let backups = Backups::new(into.app.accounts.memberships().clone(), into.stores.upkeep.clone());
    let (taken_at, estate) = (backup.taken_at, backup.estate);
    backups.restore(Restore { estate, taken_at, by: Actor::Operator(None), mails }).await.map(drop)
}

async fn s3_8_a_backup_lives_on_in_another_deployment(deployment: Deployment) {
    let (ada, organization) = filled(&deployment).await;
    let old_link = deployment.link_to("dan@example.org").await;
    let file = taken(&ada, &organization).await;
    for elsewhere in [Deployment::sqlite().await, Deployment::postgres().await] {
        elsewhere.pass(Duration::hours(1));
        // Somebody there has the same address, and gets nothing by it.
        let namesake = elsewhere.person("Ada").await;
        restored(&elsewhere, &file, true).await.unwrap();
        namesake.get(&acme(&organization)).await.refused(404, "unknown-organization");
        let gone = elsewhere.nobody().post("/api/v1/invitations/inspect", json!({ "token": old_link })).await;
        assert_eq!(gone.status, 410, "the link of before is dead");
        let dan = elsewhere.taken_up("Dan").await;
        assert_eq!(dan.get(&acme(&organization)).await.status, 200, "the open invitation was mailed anew");
        let link = elsewhere.link_to("bob@example.org").await;
        let form = json!({ "token": link, "password": PASSWORD });
        let set_up = elsewhere.nobody().post("/api/v1/set-up-links/redeem", form).await.expect(201);
        let bob = Client::new(elsewhere.router(), Some(set_up["token"].as_str().unwrap().to_owned()));
        let base = acme(&organization);
        let members = bob.get(&format!("{base}/members")).await.expect(200);
        assert_eq!(members["total"], 4, "{members}");
        assert_eq!(bob.get(&format!("{base}/groups")).await.expect(200)["items"][0]["members"], 1);
        let record = bob.get(&format!("{base}/resources/report/2026")).await.expect(200);
        let holders: Vec<_> = record["shares"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
        assert_eq!(holders, [json!("Ada"), json!("Cleo"), json!("North")], "members' shares and the group's");
        let events = bob.get(&format!("{base}/events")).await.expect(200);
        let names: Vec<_> = events["items"].as_array().unwrap().iter().map(|it| it["event"].clone()).collect();
        assert!(names.contains(&json!("organization-restored")) && names.contains(&json!("organization-founded")));
        let again = restored(&elsewhere, &file, false).await;
        assert!(matches!(again, Err(NotRestored::IsThere)), "{again:?}");
    }
    let here = restored(&deployment, &file, false).await;
    assert!(matches!(here, Err(NotRestored::IsThere)), "{here:?}");
}

async fn s3_8_a_deleted_organization_comes_back_from_its_backup(deployment: Deployment) {
    let (ada, organization) = filled(&deployment).await;
    let base = acme(&organization);
    let mut links = vec![deployment.link_to("dan@example.org").await];
    let file = taken(&ada, &organization).await;
    let fay = deployment.joined(&ada, &organization, "Fay", "viewer").await;
    let refused = restored(&deployment, &file, true).await.unwrap_err();
    assert!(refused.to_string().contains("delete it first"), "{refused}");
    for _ in 0..2 {
        ada.delete(&base).await.expect(204);
        ada.get(&base).await.refused(404, "unknown-organization");
        restored(&deployment, &file, true).await.unwrap();
        let members = ada.get(&format!("{base}/members")).await.expect(200);
        assert_eq!(members["total"], 3, "as they were, each with the login of before: {members}");
        fay.get(&base).await.refused(404, "unknown-organization");
        let keys = ada.get(&format!("{base}/keys")).await.expect(200);
        assert_eq!(keys["items"], json!([]), "keys are made anew");
        for link in &links {
            let gone = deployment.nobody().post("/api/v1/invitations/inspect", json!({ "token": link })).await;
            assert_eq!(gone.status, 410, "every link of before is dead");
        }
        links.push(deployment.link_to("dan@example.org").await);
    }
    let dan = deployment.taken_up("Dan").await;
    assert_eq!(dan.get(&base).await.status, 200, "the open invitation was mailed anew");
    let log = read(taken(&ada, &organization).await.as_bytes()).unwrap().estate;
    log.check().unwrap();
    let times = |event: &str| log.log.iter().filter(|it| it.event == event).count();
    assert_eq!((times("organization-deleted"), times("organization-restored")), (2, 2), "the log goes on");
}

async fn s3_8_a_backup_that_is_cut_off_edited_or_newer_changes_nothing(deployment: Deployment) {
    let (ada, organization) = filled(&deployment).await;
    let file = taken(&ada, &organization).await;
    let lines: Vec<_> = file.lines().collect();
    let said = |text: &str| read(text.as_bytes()).unwrap_err();
    for kept in 1..lines.len() {
        let text = lines[..kept].join("\n") + "\n";
        assert!(matches!(said(&text), BadBackup::CutOff { .. }), "{kept} lines");
    }
    assert!(matches!(said(&file[..file.len() - 9]), BadBackup::CutOff { .. }));
    assert!(matches!(said(&file.replacen("\"name\":\"Cleo\"", "\"name\":\"Clea\"", 1)), BadBackup::Edited));
    let without_one = [&lines[..2], &lines[3..]].concat().join("\n") + "\n";
    assert!(matches!(said(&without_one), BadBackup::Edited));
    let newer = said(&file.replacen("\"version\":1", "\"version\":2", 1));
    assert!(newer.to_string().contains("use a newer release"), "{newer}");
    assert!(matches!(said("{}\n"), BadBackup::NoBackup) && matches!(said(""), BadBackup::NoBackup));
    let nonsense = said(&file.replacen("\"member\":{", "\"memory\":{", 1));
    assert!(nonsense.to_string().contains("line 3"), "{nonsense}");
    // Edited with care, digest and all: what cannot be is still found.
    let mut backup = read(file.as_bytes()).unwrap();
    backup.estate.groups.clear();
    backup.estate.group_members.clear();
    assert!(backup.estate.check().is_err(), "a share of a group that is not there");
    let mut backup = read(file.as_bytes()).unwrap();
    backup.estate.members[0].waits_since = Some(deployment.now());
    assert!(backup.estate.check().is_err(), "who holds a seat waits for none");
    for elsewhere in [Deployment::sqlite().await, Deployment::postgres().await] {
        let mut backup = read(file.as_bytes()).unwrap();
        backup.estate.members.retain(|it| it.role.as_str() != "editor");
        let backups = Backups::new(elsewhere.app.accounts.memberships().clone(), elsewhere.stores.upkeep.clone());
        let (estate, taken_at, by) = (backup.estate, backup.taken_at, Actor::Operator(None));
        let refused = backups.restore(Restore { estate, taken_at, by, mails: true }).await.unwrap_err();
        assert!(refused.to_string().starts_with("the backup cannot be used"), "{refused}");
        let there = elsewhere.operator().get("/api/v1/operator/organizations").await.expect(200);
        assert_eq!(there["total"], 0, "nothing half done");
        assert!(elsewhere.mails().await.is_empty());
    }
    let _: Value = ada.get(&acme(&organization)).await.expect(200);
}
