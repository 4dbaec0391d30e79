//! S3: an account with viewers, editors and administrators, limited by the user slots of its package.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn s3_1_an_account_and_its_slots_at_a_desk_in_a_browser() {
    story(Device::Desktop).await;
}

#[tokio::test]
async fn s3_1_an_account_and_its_slots_on_a_phone_in_a_browser() {
    story(Device::Phone).await;
}

async fn story(device: Device) {
    let story = Story::begin(device).await;
    let account = story.founds("Account", "Honey & Co").await;
    s3_5_a_package_has_slots(&story, &account, "2").await;
    s3_1_an_invitation_carries_the_level_and_reserves_a_slot(&story, &account).await;
    s3_5_at_the_limit_three_ways_are_named(&story, &account).await;
    s3_7_a_deleted_invitation_frees_its_slot(&story, &account).await;
    s3_2_a_new_user_signs_up_and_switches(&story, &account).await;
    s3_6_a_removed_users_access_ends_at_once(&story, &account).await;
    s3_5_a_larger_package_frees_the_way(&story, &account).await;
    s3_3_an_administrator_does_all_but_what_is_the_owners(&story, &account).await;
    s3_8_the_account_is_customized_and_backed_up(&story, &account).await;
    story.end().await;
}

async fn s3_5_a_package_has_slots(story: &Story, account: &str, slots: &str) {
    story.visit(&format!("/operator{account}")).await;
    story.fill("Plan", &format!("Package of {slots}")).await;
    story.fill("Number of seats", slots).await;
    story.click_in("/subscription", "Save").await;
    story.sees("What was sold holds from now on").await;
}

async fn s3_1_an_invitation_carries_the_level_and_reserves_a_slot(story: &Story, account: &str) {
    story.invites(account, "vi@example.org", "Viewer").await;
    story.visit(&format!("{account}/seats")).await;
    story.sees("Reserved by invitations").await;
    let reserved =
        story.script("return document.querySelector('.key-reserved').closest('div').querySelector('dd').textContent");
    assert_eq!(reserved.await, "1");
    let mail = story.mail("vi@example.org", "/i/mli_").await;
    assert!(mail.contains("viewer"), "{mail}");
}

async fn refused_at_the_limit(story: &Story, account: &str) {
    story.visit(&format!("{account}/invite")).await;
    story.fill("E-mail addresses", "ed@example.org").await;
    story.click("Editor").await;
    story.click("Invite").await;
    story.sees("Not invited").await;
}

async fn s3_5_at_the_limit_three_ways_are_named(story: &Story, account: &str) {
    refused_at_the_limit(story, account).await;
    for way in ["All 2 seats", "ask the operator for more", "remove a member", "withdraw an invitation"] {
        story.sees(way).await;
    }
    assert!(story.has("//textarea[@id='addresses' and contains(., 'ed@example.org')]").await, "what was typed is kept");
}

async fn s3_7_a_deleted_invitation_frees_its_slot(story: &Story, account: &str) {
    story.visit(&format!("{account}/invitations")).await;
    story.act("Actions for the invitation to vi@example.org", "Send again").await;
    story.sees("The invitation is sent again").await;
    story.act("Actions for the invitation to vi@example.org", "Withdraw").await;
    story.sees("The seat that it reserves is free").await;
    story.click("Withdraw").await;
    story.sees("The invitation is withdrawn").await;
    story.enter("Vi").await;
    story.opens("/i/", "vi@example.org").await;
    story.sees("The invitation was withdrawn").await;
    story.enter("Ada").await;
    story.invites(account, "nora@example.org", "Editor").await;
}

async fn s3_2_a_new_user_signs_up_and_switches(story: &Story, account: &str) {
    story.enter("Nora").await;
    story.opens("/i/", "nora@example.org").await;
    story.fill("Your name", "Nora Bee").await;
    story.fill("Password", PASSWORD).await;
    story.click("Accept the invitation").await;
    story.sees("You here").await;
    story.sees("Editor").await;
    // She founds another, and switches by the menu.
    let own = story.founds("Account", "Noras Own").await;
    story.act("Nora Bee", "Honey & Co").await;
    story.sees("Editor").await;
    assert_eq!(story.path().await, account);
    story.act("Nora Bee", "Noras Own").await;
    story.sees("Owner").await;
    assert_eq!(story.path().await, own);
    // An existing user gains another account in the list of hers.
    story.invites(&own, "ada@example.org", "Administrator").await;
    story.enter("Ada").await;
    story.opens("/i/", "ada@example.org").await;
    story.sees("You are signed in as Ada Lovelace").await;
    story.click("Accept the invitation").await;
    story.sees("You here").await;
    story.act("Ada Lovelace", "Honey & Co").await;
    story.sees("Owner").await;
}

async fn s3_6_a_removed_users_access_ends_at_once(story: &Story, account: &str) {
    refused_at_the_limit(story, account).await;
    story.visit(&format!("{account}/members")).await;
    story.act("Actions for Nora Bee", "Remove").await;
    story.sees("The seat is free for somebody else").await;
    story.click("Remove").await;
    story.sees("The member is removed").await;
    story.enter("Nora").await;
    story.visit(account).await;
    story.sees("There is nothing here").await;
    // Removing a user freed the way.
    story.enter("Ada").await;
    story.invites(account, "nora@example.org", "Administrator").await;
    refused_at_the_limit(story, account).await;
}

async fn s3_5_a_larger_package_frees_the_way(story: &Story, account: &str) {
    s3_5_a_package_has_slots(story, account, "3").await;
    story.invites(account, "ed@example.org", "Editor").await;
}

async fn s3_3_an_administrator_does_all_but_what_is_the_owners(story: &Story, account: &str) {
    story.enter("Nora").await;
    story.opens("/i/", "nora@example.org").await;
    story.click("Accept the invitation").await;
    story.sees("Administrator").await;
    story.visit(&format!("{account}/invitations")).await;
    story.act("Actions for the invitation to ed@example.org", "Withdraw").await;
    story.click("Withdraw").await;
    story.sees("The invitation is withdrawn").await;
    story.visit(&format!("{account}/settings")).await;
    story.sees_no("Delete the organization").await;
    story.visit(&format!("{account}/members")).await;
    assert!(!story.has("//summary[@aria-label='Actions for Ada Lovelace']").await, "the owner is not hers to touch");
    story.click("Ada Lovelace").await;
    story.click("Why can't I do more?").await;
    story.sees("Transfer ownership").await;
}

async fn s3_8_the_account_is_customized_and_backed_up(story: &Story, account: &str) {
    story.visit(&format!("{account}/settings")).await;
    story.fill("Name of the organization", "Honey & Sons").await;
    story.click_in("/settings/name", "Save").await;
    story.sees("The new name is saved").await;
    story.set("accent", "#0b5cad").await;
    story.fill("Sender of the mails", "Honey Care").await;
    story.click_in("/settings/looks", "Save").await;
    story.sees("The organization looks like this from now on").await;
    let brand = "return getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()";
    assert_eq!(story.script(brand).await, "#0b5cad", "the page has the colour");
    story.sees("Download a backup").await;
    assert!(story.has("//a[@download and contains(@href, '/backup')]").await);
}
