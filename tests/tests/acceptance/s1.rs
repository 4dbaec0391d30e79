//! S1: an organization with an owner, admins and members, joined by a one-time link.

use membership_tests::client::Client;
use membership_tests::deployment::{Deployment, PASSWORD, address};
use membership_tests::on_every_store;
use serde_json::{Value, json};
use time::Duration;

on_every_store! {
    s1_1_one_page_shows_members_and_outstanding_invitations,
    s1_2_the_creator_is_the_owner_and_there_is_exactly_one,
    s1_3_who_invites_as_what,
    s1_4_only_the_owner_transfers_or_deletes,
    s1_5_a_member_lacks_what_an_admin_holds,
    s1_6_link_is_valid_for_seven_days,
    s1_7_the_link_grants_the_membership_and_signs_in,
    s1_7_a_known_person_types_their_address_or_is_signed_in,
    s1_7_a_known_person_is_written_to_in_their_own_language,
    s1_8_an_outstanding_invitation_can_be_deleted_and_an_accepted_one_cannot,
    s1_9_allowed_actions_depend_on_who_looks,
    s1_10_a_change_of_role_holds_from_the_next_request_on,
    s1_11_after_a_transfer_the_former_owner_is_an_admin,
    s1_12_anyone_but_the_owner_can_leave,
}

/// Ada owns Acme; Bob is an admin, Cleo a member.
struct Team {
    acme: String,
    ada: Client,
    bob: Client,
    cleo: Client,
}

async fn team(deployment: &Deployment) -> Team {
    let ada = deployment.person("Ada").await;
    let organization = deployment.founded(&ada, "team").await;
    let acme = format!("/api/v1/organizations/{organization}");
    let bob = deployment.joined(&ada, &organization, "Bob", "admin").await;
    let cleo = deployment.joined(&ada, &organization, "Cleo", "member").await;
    Team { acme, ada, bob, cleo }
}

async fn member(client: &Client, acme: &str, name: &str) -> Value {
    let list = client.get(&format!("{acme}/members?q={name}")).await.expect(200);
    list["items"].as_array().unwrap().iter().find(|it| it["name"] == name).cloned().unwrap_or(Value::Null)
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn invite(client: &Client, acme: &str, name: &str, role: &str) -> Value {
    client.post(&format!("{acme}/invitations"), json!({ "email": address(name), "role": role })).await.expect(201)
}

async fn s1_1_one_page_shows_members_and_outstanding_invitations(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    invite(&ada, &acme, "Dora", "member").await;
    let members = ada.get(&format!("{acme}/members")).await.expect(200);
    let names: Vec<_> = members["items"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada", "Bob", "Cleo"]);
    assert_eq!(members["total"], 3);
    let invitations = ada.get(&format!("{acme}/invitations?state=pending")).await.expect(200);
    assert_eq!(invitations["items"][0]["email"], "dora@example.org");
    assert_eq!(invitations["items"][0]["inviter"], "Ada");
    assert_eq!(invitations["total"], 1);
}

async fn s1_2_the_creator_is_the_owner_and_there_is_exactly_one(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    let members = ada.get(&format!("{acme}/members")).await.expect(200);
    let roles: Vec<_> = members["items"].as_array().unwrap().iter().map(|it| it["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["owner", "admin", "member"]);
}

async fn s1_3_who_invites_as_what(deployment: Deployment) {
    let Team { acme, ada, bob, cleo } = team(&deployment).await;
    let path = format!("{acme}/invitations");
    let offer = |name: &str, role: &str| json!({ "email": address(name), "role": role });
    ada.post(&path, offer("Dora", "admin")).await.expect(201);
    ada.post(&path, offer("Emil", "member")).await.expect(201);
    ada.post(&path, offer("Fred", "owner")).await.refused(403, "role-above-yours");
    bob.post(&path, offer("Fred", "member")).await.expect(201);
    bob.post(&path, offer("Gina", "admin")).await.refused(403, "role-above-yours");
    cleo.post(&path, offer("Gina", "member")).await.refused(403, "permission-missing");
    ada.post(&path, offer("Gina", "pilot")).await.refused(422, "unknown-role");
}

async fn s1_4_only_the_owner_transfers_or_deletes(deployment: Deployment) {
    let Team { acme, ada, bob, cleo } = team(&deployment).await;
    let to_bob = json!({ "member_id": id(&member(&ada, &acme, "Bob").await) });
    for client in [&bob, &cleo] {
        client.post(&format!("{acme}/ownership"), to_bob.clone()).await.refused(403, "owner-only");
        client.delete(&acme).await.refused(403, "owner-only");
    }
    ada.delete(&acme).await.expect(204);
    for client in [&ada, &bob, &cleo] {
        client.get(&acme).await.refused(404, "unknown-organization");
    }
    assert_eq!(ada.get("/api/v1/me/memberships").await.expect(200)["items"], json!([]));
}

async fn s1_5_a_member_lacks_what_an_admin_holds(deployment: Deployment) {
    let Team { acme, ada, bob, cleo } = team(&deployment).await;
    let rename = |name: &str| json!({ "name": name });
    cleo.patch(&acme, rename("Acme two")).await.refused(403, "permission-missing");
    bob.patch(&acme, rename("Acme two")).await.expect(200);
    ada.patch(&acme, rename("Acme three")).await.expect(200);
    assert_eq!(cleo.get(&acme).await.expect(200)["name"], "Acme three");
    // Templates themselves come with their pages; who may edit them is a permission of the role already.
    let policy = ada.get(&format!("{acme}/policy")).await.expect(200);
    let holds = |role: &str| {
        let roles = policy["role_scheme"]["roles"].as_array().unwrap();
        let role = roles.iter().find(|it| it["key"] == role).unwrap();
        role["permissions"].as_array().unwrap().contains(&json!("templates:edit"))
    };
    assert!(holds("admin") && !holds("member"));
}

async fn s1_6_link_is_valid_for_seven_days(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    let began = deployment.now();
    invite(&ada, &acme, "Dora", "member").await;
    invite(&ada, &acme, "Emil", "member").await;
    let (dora, emil) = (deployment.link_to("dora@example.org").await, deployment.link_to("emil@example.org").await);
    let accept = |token: &str, name: &str| json!({ "token": token, "name": name });
    let nobody = deployment.nobody();
    deployment.go_to(began + Duration::days(7) - Duration::microseconds(1));
    nobody.post("/api/v1/invitations/accept", accept(&dora, "Dora")).await.expect(201);
    nobody.post("/api/v1/invitations/accept", accept(&dora, "Dora")).await.refused(410, "invitation-accepted");
    deployment.pass(Duration::microseconds(1));
    nobody.post("/api/v1/invitations/accept", accept(&emil, "Emil")).await.refused(410, "invitation-expired");
    nobody.post("/api/v1/invitations/inspect", json!({ "token": emil })).await.refused(410, "invitation-expired");
}

async fn s1_7_the_link_grants_the_membership_and_signs_in(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    invite(&ada, &acme, "Dora", "admin").await;
    let token = deployment.link_to("dora@example.org").await;
    let nobody = deployment.nobody();
    let seen = nobody.post("/api/v1/invitations/inspect", json!({ "token": token })).await.expect(200);
    assert_eq!(seen["organization"]["name"], "Acme");
    assert_eq!(
        (&seen["role"], &seen["inviter"], &seen["masked_email"]),
        (&json!("admin"), &json!("Ada"), &json!("d•••@example.org"))
    );
    let accepted =
        nobody.post("/api/v1/invitations/accept", json!({ "token": token, "name": "Dora" })).await.expect(201);
    assert_eq!(accepted["membership"]["role"], "admin");
    let dora = Client::new(deployment.router(), accepted["token"].as_str().map(str::to_owned));
    assert_eq!(dora.get(&acme).await.expect(200)["name"], "Acme");
    assert_eq!(dora.get("/api/v1/me").await.expect(200)["emails"][0]["address"], "dora@example.org");
    assert_eq!(member(&ada, &acme, "Dora").await["role"], "admin");
}

async fn s1_7_a_known_person_types_their_address_or_is_signed_in(deployment: Deployment) {
    let Team { acme, ada, bob, .. } = team(&deployment).await;
    let (dora, emil) = (deployment.person("Dora").await, deployment.person("Emil").await);
    let accept = "/api/v1/invitations/accept";
    invite(&ada, &acme, "Dora", "member").await;
    let token = deployment.link_to("dora@example.org").await;
    let wrong = bob.post(accept, json!({ "token": token })).await.refused(409, "wrong-account");
    assert_eq!(wrong["invited"], "d•••@example.org");
    assert_eq!(wrong["present"], json!(["bob@example.org"]));
    deployment.nobody().post(accept, json!({ "token": token, "name": "Eve" })).await.refused(409, "account-exists");
    dora.post(accept, json!({ "token": token })).await.expect(201);
    invite(&ada, &acme, "Emil", "member").await;
    let token = deployment.link_to("emil@example.org").await;
    let typed = |email: &str| json!({ "token": token, "email": email });
    deployment.nobody().post(accept, typed("eve@example.org")).await.refused(422, "not-the-invited-address");
    deployment.nobody().post(accept, typed("emil@example.org")).await.expect(201);
    let mine = emil.get("/api/v1/me/memberships").await.expect(200);
    assert_eq!(mine["items"][0]["organization"]["name"], "Acme");
}

async fn s1_7_a_known_person_is_written_to_in_their_own_language(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    for (name, types) in [("Dora", false), ("Emil", true)] {
        let known = deployment.person(name).await;
        known.patch("/api/v1/me", json!({ "language": "fr" })).await.expect(200);
        invite(&ada, &acme, name, "member").await;
        let token = deployment.link_to(&address(name)).await;
        let (client, form) = if types {
            (deployment.nobody(), json!({ "token": token, "email": address(name) }))
        } else {
            (known, json!({ "token": token }))
        };
        client.post("/api/v1/invitations/accept", form).await.expect(201);
        let joined = member(&ada, &acme, name).await;
        assert_eq!(joined["profile"]["language"], "fr", "{joined}");
        ada.delete(&format!("{acme}/members/{}", id(&joined))).await.expect(204);
        let told = deployment.mail_to(&address(name)).await;
        assert!(told.subject.starts_with("Votre accès à Acme"), "{}", told.subject);
    }
}

async fn s1_8_an_outstanding_invitation_can_be_deleted_and_an_accepted_one_cannot(deployment: Deployment) {
    let Team { acme, ada, .. } = team(&deployment).await;
    let dora = invite(&ada, &acme, "Dora", "member").await;
    let emil = invite(&ada, &acme, "Emil", "member").await;
    let token = deployment.link_to("dora@example.org").await;
    let accept = json!({ "token": token, "name": "Dora" });
    deployment.nobody().post("/api/v1/invitations/accept", accept).await.expect(201);
    ada.delete(&format!("{acme}/invitations/{}", id(&dora))).await.refused(409, "not-outstanding");
    let token = deployment.link_to("emil@example.org").await;
    ada.delete(&format!("{acme}/invitations/{}", id(&emil))).await.expect(204);
    let accept = json!({ "token": token, "name": "Emil" });
    deployment.nobody().post("/api/v1/invitations/accept", accept).await.refused(410, "invitation-revoked");
}

async fn s1_9_allowed_actions_depend_on_who_looks(deployment: Deployment) {
    let Team { acme, ada, bob, cleo } = team(&deployment).await;
    let dora = invite(&ada, &acme, "Dora", "admin").await;
    let actions = async |client: &Client, name: &str| member(client, &acme, name).await["allowed_actions"].clone();
    let all = [
        "change_role",
        "edit_profile",
        "remove",
        "suspend",
        "set_deactivation_date",
        "transfer_ownership",
        "set_login",
        "sign_out",
    ];
    assert_eq!(actions(&ada, "Bob").await, json!(all));
    assert_eq!(actions(&ada, "Ada").await, json!(["edit_profile"]));
    assert_eq!(actions(&bob, "Ada").await, json!([]));
    assert_eq!(actions(&bob, "Bob").await, json!(["edit_profile", "leave"]));
    let of_a_member = ["edit_profile", "remove", "suspend", "set_deactivation_date", "set_login", "sign_out"];
    assert_eq!(actions(&bob, "Cleo").await, json!(of_a_member));
    assert_eq!(actions(&cleo, "Bob").await, json!([]));
    let invitation = format!("{acme}/invitations/{}", id(&dora));
    assert_eq!(ada.get(&invitation).await.expect(200)["allowed_actions"], json!(["resend", "hand_over", "revoke"]));
    assert_eq!(bob.get(&invitation).await.expect(200)["allowed_actions"], json!([]));
    cleo.get(&invitation).await.refused(403, "permission-missing");
    // What is offered is done, and what is not offered is refused.
    let (to_bob, to_cleo) =
        (id(&member(&ada, &acme, "Bob").await).to_owned(), id(&member(&ada, &acme, "Cleo").await).to_owned());
    bob.delete(&format!("{acme}/members/{to_bob}")).await.refused(403, "not-on-yourself");
    cleo.delete(&format!("{acme}/members/{to_bob}")).await.refused(403, "permission-missing");
    bob.post_nothing(&format!("{acme}/members/{to_cleo}/suspension")).await.expect(200);
    cleo.get(&acme).await.refused(403, "membership-suspended");
    bob.delete(&format!("{acme}/members/{to_cleo}/suspension")).await.expect(200);
    cleo.get(&acme).await.expect(200);
}

async fn s1_10_a_change_of_role_holds_from_the_next_request_on(deployment: Deployment) {
    let Team { acme, ada, bob, .. } = team(&deployment).await;
    let invitations = format!("{acme}/invitations");
    bob.get(&invitations).await.expect(200);
    let path = format!("{acme}/members/{}", id(&member(&ada, &acme, "Bob").await));
    ada.patch(&path, json!({ "role": "member" })).await.expect(200);
    bob.get(&invitations).await.refused(403, "permission-missing");
    ada.patch(&path, json!({ "role": "admin" })).await.expect(200);
    bob.get(&invitations).await.expect(200);
    bob.patch(&path, json!({ "role": "member" })).await.refused(403, "not-on-yourself");
    ada.delete(&path).await.expect(204);
    bob.get(&invitations).await.refused(404, "unknown-organization");
    assert!(deployment.mail_to("bob@example.org").await.subject.contains("Acme"));
}

async fn s1_11_after_a_transfer_the_former_owner_is_an_admin(deployment: Deployment) {
    let Team { acme, ada, cleo, .. } = team(&deployment).await;
    let to_cleo = json!({ "member_id": id(&member(&ada, &acme, "Cleo").await) });
    ada.post(&format!("{acme}/ownership"), to_cleo.clone()).await.expect(200);
    assert_eq!(member(&ada, &acme, "Ada").await["role"], "admin");
    assert_eq!(member(&ada, &acme, "Cleo").await["role"], "owner");
    ada.post(&format!("{acme}/ownership"), to_cleo).await.refused(403, "owner-only");
    cleo.post(&format!("{acme}/leave"), json!({})).await.refused(409, "owner-cannot-leave");
}

async fn s1_12_anyone_but_the_owner_can_leave(deployment: Deployment) {
    let Team { acme, ada, bob, cleo } = team(&deployment).await;
    for client in [&bob, &cleo] {
        client.post(&format!("{acme}/leave"), json!({})).await.expect(204);
        client.get(&acme).await.refused(404, "unknown-organization");
    }
    ada.post(&format!("{acme}/leave"), json!({})).await.refused(409, "owner-cannot-leave");
    assert_eq!(ada.get(&format!("{acme}/members")).await.expect(200)["total"], 1);
    // The account stays: it signs in as before.
    let sign_in = json!({ "login": "bob@example.org", "password": PASSWORD });
    deployment.nobody().post("/api/v1/sign-ins", sign_in).await.expect(201);
}
