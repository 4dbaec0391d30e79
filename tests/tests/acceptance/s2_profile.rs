//! What an administrator changes later in a member's profile: the role, the day on which the membership ends (S2.12),
//! and nothing that the person owns (S2.8).

use membership_tests::deployment::Deployment;
use membership_tests::on_every_store;
use serde_json::json;
use time::Duration;
use time::format_description::well_known::Rfc3339;

on_every_store! {
    s2_8_what_a_person_owns_is_changed_by_that_person_alone,
    s2_12_role_and_deactivation_date_are_changed_later_in_the_members_profile,
}

async fn s2_8_what_a_person_owns_is_changed_by_that_person_alone(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let id = deployment.founded(&ada, "learning_platform").await;
    let bob = deployment.joined(&ada, &id, "Bob", "trainee").await;
    let members = format!("/api/v1/organizations/{id}/members");
    let found = ada.get(&format!("{members}?q=bob")).await.expect(200)["items"][0].clone();
    let profile = format!("{members}/{}", found["id"].as_str().unwrap());
    for owned in [
        json!({ "name": "Robert" }),
        json!({ "first_name": "Robert" }),
        json!({ "last_name": null }),
        json!({ "language": "fr" }),
        json!({ "email": "robert@example.org" }),
        json!({ "labels": ["North"], "first_name": "Robert" }),
    ] {
        ada.patch(&profile, owned).await.refused(403, "owned-by-the-person");
    }
    assert_eq!(ada.get(&profile).await.expect(200)["version"], found["version"], "nothing half done");
    let kept = ada.patch(&profile, json!({ "labels": ["North"] })).await.expect(200);
    assert_eq!(kept["profile"]["labels"], json!(["North"]), "labels are the organization's");
    let own = bob.patch(&profile, json!({ "first_name": "Robert", "language": "fr" })).await.expect(200);
    assert_eq!((&own["profile"]["first_name"], &own["profile"]["language"]), (&json!("Robert"), &json!("fr")));
}

async fn s2_12_role_and_deactivation_date_are_changed_later_in_the_members_profile(deployment: Deployment) {
    let ada = deployment.person("Ada").await;
    let id = deployment.founded(&ada, "learning_platform").await;
    let base = format!("/api/v1/organizations/{id}");
    let bob = deployment.joined(&ada, &id, "Bob", "trainee").await;
    let found = ada.get(&format!("{base}/members?q=bob")).await.expect(200)["items"][0].clone();
    assert_eq!((&found["role"], &found["deactivates_at"]), (&json!("trainee"), &json!(null)));
    let profile = format!("{base}/members/{}", found["id"].as_str().unwrap());
    let text = |after: Duration| (deployment.now() + after).format(&Rfc3339).unwrap();

    // The role holds from Bob's next request on, and Bob cannot give it back.
    bob.get(&format!("{base}/templates")).await.refused(403, "permission-missing");
    let changed = ada.patch(&profile, json!({ "role": "author" })).await.expect(200);
    assert_eq!(changed["role"], "author");
    bob.get(&format!("{base}/templates")).await.expect(200);
    bob.patch(&profile, json!({ "role": "administrator" })).await.refused(403, "permission-missing");

    // The date is set, moved and taken away again; each is what the profile tells from then on.
    let first = text(Duration::days(2));
    assert_eq!(ada.patch(&profile, json!({ "deactivates_at": first })).await.expect(200)["deactivates_at"], first);
    let moved = text(Duration::days(9));
    ada.patch(&profile, json!({ "deactivates_at": moved })).await.expect(200);
    assert_eq!(ada.get(&profile).await.expect(200)["deactivates_at"], moved);
    deployment.pass(Duration::days(3));
    bob.get(&base).await.expect(200);
    ada.patch(&profile, json!({ "deactivates_at": null })).await.expect(200);
    deployment.pass(Duration::days(9));
    bob.get(&base).await.expect(200);

    for (broken, status, code) in [
        (json!({ "role": "pilot" }), 422, "unknown-role"),
        (json!({ "role": "owner" }), 403, "role-above-yours"),
        (json!({ "deactivates_at": text(-Duration::SECOND) }), 422, "date-in-the-past"),
        (json!({ "deactivates_at": "soon" }), 422, "invalid-input"),
        (json!({ "role": "trainee", "deactivates_at": null }), 422, "invalid-input"),
    ] {
        let answer = ada.patch(&profile, broken.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["code"].as_str()),
            (status, Some(code)),
            "{broken}: {}",
            answer.text
        );
    }
    let unchanged = ada.get(&profile).await.expect(200);
    assert_eq!((&unchanged["role"], &unchanged["deactivates_at"]), (&json!("author"), &json!(null)));

    let ends = text(Duration::hours(1));
    ada.patch(&profile, json!({ "deactivates_at": ends })).await.expect(200);
    deployment.pass(Duration::hours(1));
    assert_eq!(ada.get(&profile).await.expect(200)["status"], "deactivated");
    bob.get(&format!("{base}/templates")).await.refused(403, "membership-deactivated");
}
