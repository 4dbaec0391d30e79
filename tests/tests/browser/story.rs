//! The main job, clicked through: found, invite, read the mail, accept, manage, leave (S1).

use membership_tests::browser::Browser;
use membership_tests::deployment::PASSWORD;
use membership_tests::process::{Process, Start};

const DESKTOP: (u32, u32) = (1280, 900);
const PHONE: (u32, u32) = (390, 844);

/// A server with an operator, Ada, who is signed in in the browser and owns Acme.
async fn founded(folder: &std::path::Path) -> (Process, Browser) {
    founded_as(folder, "Team").await
}

/// The same with an organization that works as a preset says.
async fn founded_as(folder: &std::path::Path, preset: &str) -> (Process, Browser) {
    let server = Start { data_dir: folder.to_owned(), ..Start::default() }.run().await;
    let set_up = server.printed.iter().find(|line| line.contains("/set-up/")).unwrap().trim().to_owned();
    let ada = Browser::open(DESKTOP.0, DESKTOP.1).await;
    ada.goto(&set_up).await;
    ada.picture("set-up").await;
    ada.fill("Your name", "Ada Lovelace").await;
    ada.fill("E-mail address", "ada@example.org").await;
    ada.fill("Password", PASSWORD).await;
    ada.click("Begin").await;
    ada.sees("You are the operator of this deployment").await;
    ada.click("New organization").await;
    ada.fill("Name of the organization", "Acme Observatory").await;
    ada.click(preset).await;
    ada.picture("new-organization").await;
    ada.click("Create the organization").await;
    ada.sees("The organization is ready, and you own it").await;
    (server, ada)
}

/// Opens the newest mail's link in a browser of its own.
async fn opens_mail(server: &Process, reader: &Browser, address: &str) {
    let link = newest_link(server, reader, address).await;
    reader.goto(&link).await;
}

pub(crate) async fn newest_link(server: &Process, reader: &Browser, address: &str) -> String {
    loop {
        reader.goto(&format!("{}/dev/mailbox.json", server.origin)).await;
        let mails: serde_json::Value = serde_json::from_str(&reader.text().await).unwrap_or_default();
        let mails = mails.as_array().cloned().unwrap_or_default();
        if let Some(mail) = mails.iter().find(|it| it["to"].as_str().unwrap().contains(address)) {
            let text = mail["text"].as_str().unwrap();
            return text.split_whitespace().find(|word| word.contains("/ml")).unwrap().to_owned();
        }
    }
}

#[tokio::test]
async fn s1_7_the_main_job_is_done_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = founded(folder.path()).await;

    // S1.1, S1.3: Ada invites two people; they stand below the members.
    ada.click("Members").await;
    ada.click("Invite people").await;
    ada.fill("E-mail addresses", "Bob Ray <bob@example.org>; cleo@example.org").await;
    ada.click("Admin").await;
    ada.picture("invite").await;
    ada.click("Invite").await;
    ada.sees("Outstanding invitations").await;
    ada.sees("bob@example.org").await;
    ada.sees("cleo@example.org").await;

    // The mail is in the development mailbox, for everybody to look at.
    ada.goto(&format!("{}/dev/mailbox", server.origin)).await;
    ada.sees("Development mailbox").await;
    ada.sees("cleo@example.org").await;
    ada.picture("mailbox").await;

    // S1.7: Bob opens the link on a phone, types his name, and is in.
    let bob = Browser::open(PHONE.0, PHONE.1).await;
    opens_mail(&server, &bob, "bob@example.org").await;
    bob.sees("Acme Observatory").await;
    bob.sees("Ada Lovelace invites you").await;
    let address = bob.page.current_url().await.unwrap();
    assert!(!address.as_str().contains("mli_"), "the address shows no secret: {address}");
    bob.picture("invitation").await;
    bob.fill("Your name", "Bob Ray").await;
    bob.click("Accept the invitation").await;
    bob.sees("Acme Observatory").await;
    assert!(bob.page.current_url().await.unwrap().path().starts_with("/organizations/"));
    bob.picture("overview").await;
    opens_mail(&server, &bob, "bob@example.org").await;
    bob.sees("The invitation was accepted").await;

    // S1.9: what Bob is offered is what an admin may do: nothing with the owner, and no admin to invite.
    let organization = ada_organization(&ada, &server).await;
    bob.goto(&format!("{organization}/members")).await;
    bob.sees("Ada Lovelace").await;
    assert!(!bob.text().await.contains("Actions for Ada Lovelace"));
    bob.goto(&format!("{organization}/invite")).await;
    bob.sees("Invite people").await;
    assert!(!bob.has("//input[@type='radio' and @value='admin']").await, "an admin is offered to invite admins");

    // S1.8: Cleo's invitation is withdrawn; its link says so.
    ada.goto(&format!("{organization}/members")).await;
    ada.picture("members").await;
    ada.act("Actions for the invitation to cleo@example.org", "Withdraw").await;
    ada.sees("Its link stops working at once").await;
    ada.picture("withdraw").await;
    ada.click("Withdraw").await;
    ada.sees("The invitation is withdrawn").await;
    let cleo = Browser::open(PHONE.0, PHONE.1).await;
    opens_mail(&server, &cleo, "cleo@example.org").await;
    cleo.sees("The invitation was withdrawn").await;
    cleo.picture("withdrawn").await;
    cleo.close().await;

    // S1.10: Bob's role changes, and holds from his next click on.
    ada.goto(&format!("{organization}/members")).await;
    ada.act("Actions for Bob Ray", "Change role").await;
    ada.click("Member").await;
    ada.click("Change role").await;
    ada.sees("The new role holds from now on").await;
    bob.goto(&format!("{organization}/invite")).await;
    bob.sees("This is not open to you").await;

    // S1.11: the ownership passes to Bob; the list shows it at once.
    ada.goto(&format!("{organization}/members")).await;
    ada.act("Actions for Bob Ray", "Transfer ownership").await;
    ada.picture("transfer").await;
    ada.click("Transfer ownership").await;
    ada.sees("The ownership is transferred").await;
    bob.goto(&format!("{organization}/members")).await;
    assert!(
        bob.has("//li[contains(., 'Bob Ray')]//span[contains(@class, 'badge') and normalize-space(.)='Owner']").await
    );
    assert!(
        bob.has("//li[contains(., 'Ada Lovelace')]//span[contains(@class, 'badge') and normalize-space(.)='Admin']")
            .await
    );

    // S1.12: Ada leaves, after a confirmation.
    ada.goto(&format!("{organization}/leave")).await;
    ada.click("Leave").await;
    ada.sees("You have left the organization").await;
    ada.goto(&format!("{organization}/members")).await;
    ada.sees("There is nothing here").await;
    bob.close().await;
    ada.close().await;
}

async fn ada_organization(ada: &Browser, server: &Process) -> String {
    ada.goto(&format!("{}/organizations", server.origin)).await;
    ada.click("Acme Observatory").await;
    ada.sees("Overview").await;
    let url = ada.page.current_url().await.unwrap();
    format!("{}{}", server.origin, url.path().trim_end_matches('/'))
}

#[tokio::test]
async fn a02_a_link_opened_as_somebody_else_spends_nothing_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = founded(folder.path()).await;
    let organization = ada_organization(&ada, &server).await;
    ada.goto(&format!("{organization}/invite")).await;
    ada.fill("E-mail addresses", "bob@example.org").await;
    ada.click("Invite").await;
    ada.sees("bob@example.org").await;
    opens_mail(&server, &ada, "bob@example.org").await;
    ada.sees("You are signed in as somebody else").await;
    ada.picture("wrong-account").await;
    ada.click("Sign out and continue").await;
    ada.sees("Tell who you are").await;
    ada.fill("Your name", "Bob").await;
    ada.click("Accept the invitation").await;
    ada.sees("Acme Observatory").await;
    ada.close().await;
}

#[tokio::test]
async fn a_form_keeps_what_was_typed_and_names_the_field_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = founded(folder.path()).await;
    let organization = ada_organization(&ada, &server).await;
    ada.goto(&format!("{organization}/invite")).await;
    ada.fill("E-mail addresses", "bob@example.org, nonsense").await;
    ada.click("Invite").await;
    ada.sees("nonsense").await;
    assert!(ada.has("//textarea[contains(., 'nonsense')]").await, "what was typed is kept:\n{}", ada.text().await);
    ada.goto(&format!("{}/sign-up", server.origin)).await;
    ada.close().await;
    let eve = Browser::open(DESKTOP.0, DESKTOP.1).await;
    eve.goto(&format!("{}/sign-up", server.origin)).await;
    eve.fill("Your name", "Eve").await;
    eve.fill("E-mail address", "eve@example.org").await;
    eve.fill("Password", "short").await;
    eve.click("Create an account").await;
    eve.sees("at least 15 characters").await;
    assert!(eve.has("//input[@name='email' and @value='eve@example.org']").await);
    assert!(eve.has("//input[@name='password' and @aria-invalid='true']").await);
    eve.picture("sign-up-error").await;
    eve.fill("Password", PASSWORD).await;
    eve.click("Create an account").await;
    eve.sees("Look into your mailbox").await;
    opens_mail(&server, &eve, "eve@example.org").await;
    eve.fill("Password", PASSWORD).await;
    eve.click("Complete my account").await;
    eve.sees("Your address is verified").await;
    eve.act("Eve", "Sign out").await;
    eve.sees("You are signed out").await;
    eve.close().await;
}

#[tokio::test]
async fn s0_10_register_login_link_new_password_and_accept_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = founded_as(folder.path(), "Group subscription").await;
    let organization = ada_organization(&ada, &server).await;
    ada.goto(&format!("{organization}/invite")).await;
    ada.fill("E-mail addresses", "bob@example.org").await;
    ada.click("Invite").await;
    ada.sees("bob@example.org").await;
    let bob = Browser::open(PHONE.0, PHONE.1).await;
    opens_mail(&server, &bob, "bob@example.org").await;
    bob.sees("You choose a password, and accept the invitation").await;
    bob.fill("Your name", "Bob").await;
    bob.click("Register").await;
    bob.sees("We have written to the invited address").await;
    bob.picture("registered").await;
    loop {
        opens_mail(&server, &bob, "bob@example.org").await;
        if bob.text().await.contains("This link signs you in as") {
            break;
        }
    }
    bob.picture("login-link").await;
    bob.click("Sign in").await;
    bob.sees("Before you go on, choose a password").await;
    bob.fill("New password", PASSWORD).await;
    bob.picture("new-password").await;
    bob.click("Save").await;
    bob.sees("Acme Observatory").await;
    bob.click("Accept the invitation").await;
    bob.sees("Your access is limited until you hold a seat").await;
    // S0.6, S0.12: Ada allocates a seat; Bob's access is open from his next click on.
    ada.goto(&format!("{organization}/seats")).await;
    ada.picture("seats").await;
    ada.press("Allocate a seat: Bob").await;
    ada.sees("The seat is allocated").await;
    bob.goto(&organization).await;
    assert!(!bob.text().await.contains("limited"));
    bob.close().await;
    ada.close().await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let (server, ada) = founded(folder.path()).await;
    ada.act("Ada Lovelace", "Sign out").await;
    ada.click("Forgot your password?").await;
    ada.fill("E-mail address or username", "ada@example.org").await;
    ada.picture("forgot").await;
    ada.click("Choose a new password").await;
    ada.sees("a mail is on its way").await;
    opens_mail(&server, &ada, "ada@example.org").await;
    ada.sees("Choose a new password").await;
    assert!(!ada.page.current_url().await.unwrap().as_str().contains("mlr_"));
    ada.fill("New password", "another horse battery staple").await;
    ada.click("Save and sign in").await;
    ada.sees("Your new password holds from now on").await;
    ada.goto(&format!("{}/profile", server.origin)).await;
    ada.picture("profile").await;
    ada.close().await;
}
