//! What people do with their accounts, whatever the preset: sign up, find their way back in, open a link as somebody else.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn a02_a_link_opened_as_somebody_else_spends_nothing_in_a_browser() {
    let story = Story::begin(Device::Phone).await;
    let team = story.founds("Team", "Acme Observatory").await;
    story.invites(&team, "bob@example.org", "Member").await;
    story.opens("/i/", "bob@example.org").await;
    story.sees("You are signed in as somebody else").await;
    story.click("Sign out and continue").await;
    story.sees("Tell who you are").await;
    story.fill("Your name", "Bob").await;
    story.click("Accept the invitation").await;
    story.sees("Acme Observatory").await;
    story.end().await;
}

#[tokio::test]
async fn one_signs_up_and_is_told_what_is_wrong_in_a_browser() {
    let story = Story::begin(Device::Desktop).await;
    story.enter("Eve").await;
    story.visit("/sign-up").await;
    story.fill("Your name", "Eve").await;
    story.fill("E-mail address", "eve@example.org").await;
    story.fill("Password", "short").await;
    story.click("Create an account").await;
    story.sees("at least 15 characters").await;
    assert!(story.has("//input[@name='email' and @value='eve@example.org']").await);
    assert!(story.has("//input[@name='password' and @aria-invalid='true']").await);
    story.fill("Password", PASSWORD).await;
    story.click("Create an account").await;
    story.sees("Look into your mailbox").await;
    story.opens("/verify/", "eve@example.org").await;
    story.fill("Password", PASSWORD).await;
    story.click("Complete my account").await;
    story.sees("Your address is verified").await;
    story.act("Eve", "Sign out").await;
    story.sees("You are signed out").await;
    story.end().await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_mail_in_a_browser() {
    let story = Story::begin(Device::Phone).await;
    story.act("Ada Lovelace", "Sign out").await;
    story.click("Forgot your password?").await;
    story.fill("E-mail address or username", "ada@example.org").await;
    story.click("Choose a new password").await;
    story.sees("a mail is on its way").await;
    story.opens("/reset/", "ada@example.org").await;
    story.sees("Choose a new password").await;
    let address = story.page.current_url().await.unwrap();
    assert!(!address.as_str().contains("mlr_"), "the address shows no secret: {address}");
    story.fill("New password", "another horse battery staple").await;
    story.click("Save and sign in").await;
    story.sees("Your new password holds from now on").await;
    story.visit("/profile").await;
    story.sees("How you can sign in").await;
    story.end().await;
}
