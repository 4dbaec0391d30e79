//! S0: a group buys seats, invites people, and then allocates a seat to each.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn s0_1_a_group_and_its_seats_at_a_desk_in_a_browser() {
    story(Device::Desktop).await;
}

#[tokio::test]
async fn s0_1_a_group_and_its_seats_on_a_phone_in_a_browser() {
    story(Device::Phone).await;
}

async fn story(device: Device) {
    let story = Story::begin(device).await;
    s0_1_whoever_buys_it_administers_the_new_group(&story).await;
    let group = s0_5_the_subscription_shows_seats_and_end(&story).await;
    s0_4_the_name_can_be_edited(&story, &group).await;
    s0_8_the_invitation_is_worded_and_keeps_its_link(&story, &group).await;
    s0_9_an_invitation_is_withdrawn_and_its_link_says_so(&story, &group).await;
    s0_10_register_log_in_by_mail_choose_a_password_accept(&story).await;
    s0_2_without_a_seat_access_is_limited_and_says_why(&story, &group).await;
    s0_11_administrators_are_told_and_led_to_the_seats(&story, &group).await;
    s0_6_a_seat_is_allocated_told_and_released(&story, &group).await;
    s0_3_the_group_stands_in_the_menu(&story, &group).await;
    s0_7_several_administer_and_one_is_removed(&story, &group).await;
    s0_13_only_the_operator_sells_seats(&story, &group).await;
    s0_14_the_operator_gives_the_group_another_owner(&story, &group).await;
    story.end().await;
}

async fn s0_1_whoever_buys_it_administers_the_new_group(story: &Story) {
    story.visit("/operator").await;
    story.click("New organization").await;
    story.fill("Name of the organization", "Reading Circle").await;
    story.fill("The owner's e-mail address", "olive@example.org").await;
    story.fill("Plan", "Group of three").await;
    story.fill("Number of seats", "3").await;
    story.set("expires_at", "2099-12-31").await;
    story.click("Group subscription").await;
    story.click("Create and invite the owner").await;
    story.sees("its owner is invited by mail").await;
    story.enter("Olive").await;
    comes(story, "Olive Schreiner", "olive@example.org").await;
    story.sees("What needs attention").await;
    story.sees("Owner").await;
}

/// S0.10: registers by the mailed link, follows the login link, chooses a password, and accepts.
async fn comes(story: &Story, name: &str, address: &str) {
    story.opens("/i/", address).await;
    story.sees("You choose a password, and accept the invitation").await;
    story.fill("Your name", name).await;
    story.click("Register").await;
    story.sees("We have written to the invited address").await;
    story.opens("/login/", address).await;
    story.sees(&format!("This link signs you in as {name}")).await;
    story.click("Sign in").await;
    story.sees("Before you go on, choose a password").await;
    story.fill("New password", PASSWORD).await;
    story.click("Save").await;
    story.click("Accept the invitation").await;
    story.sees("You here").await;
}

async fn s0_5_the_subscription_shows_seats_and_end(story: &Story) -> String {
    let group = story.path().await;
    story.click("Seats").await;
    story.sees("Full access begins when a seat is allocated").await;
    story.click("Subscription").await;
    for shown in ["Group of three", "In total", "It ends on 31 December 2099", "Only the operator of this deployment"] {
        story.sees(shown).await;
    }
    story.click("Manage the seats").await;
    story.sees("Members without a seat").await;
    group
}

async fn s0_4_the_name_can_be_edited(story: &Story, group: &str) {
    story.visit(&format!("{group}/settings")).await;
    story.fill("Name of the organization", "Reading Circle of Wittebergen").await;
    story.click("Save").await;
    story.sees("The new name is saved").await;
}

async fn s0_8_the_invitation_is_worded_and_keeps_its_link(story: &Story, group: &str) {
    story.visit(&format!("{group}/invite")).await;
    story.fill("E-mail addresses", "bob@example.org").await;
    story.click("Message, language, dates and delivery").await;
    story.click("Edit the mail's text").await;
    story.sees("Text of this mail").await;
    story.fill("Text", "Come and read with us.").await;
    story.click("Invite").await;
    story.sees("{{ link }} is missing").await;
    story.sees("Put it back").await;
    story.fill("Text", "Come and read with us.\n\n{{ link }}").await;
    story.click("Invite").await;
    story.sees("Invited. The mail is on its way").await;
    let mail = story.mail("bob@example.org", "/i/mli_").await;
    assert!(mail.contains("Come and read with us."), "{mail}");
}

async fn s0_9_an_invitation_is_withdrawn_and_its_link_says_so(story: &Story, group: &str) {
    story.invites(group, "cleo@example.org", "Member").await;
    story.visit(&format!("{group}/invitations")).await;
    story.sees("bob@example.org").await;
    story.act("Actions for the invitation to cleo@example.org", "Withdraw").await;
    story.sees("Its link stops working at once").await;
    story.click("Withdraw").await;
    story.sees("The invitation is withdrawn").await;
    story.enter("Cleo").await;
    story.opens("/i/", "cleo@example.org").await;
    story.sees("The invitation was withdrawn").await;
}

async fn s0_10_register_log_in_by_mail_choose_a_password_accept(story: &Story) {
    story.enter("Bob").await;
    comes(story, "Bob Ray", "bob@example.org").await;
}

async fn s0_2_without_a_seat_access_is_limited_and_says_why(story: &Story, group: &str) {
    story.sees("Your access is limited until you hold a seat").await;
    assert_eq!(story.path().await, group);
    story.visit("/organizations").await;
    story.sees("Without a seat").await;
    story.sees("An administrator can allocate one to you").await;
}

async fn s0_11_administrators_are_told_and_led_to_the_seats(story: &Story, group: &str) {
    let mail = story.mail("olive@example.org", "Bob Ray has joined").await;
    assert!(mail.contains(&format!("{group}/seats")), "{mail}");
    story.enter("Olive").await;
    story.visit(group).await;
    story.sees("members wait for a seat").await;
    story.click("Allocate seats").await;
}

async fn s0_6_a_seat_is_allocated_told_and_released(story: &Story, group: &str) {
    story.sees("Members without a seat").await;
    story.press("Allocate a seat: Bob Ray").await;
    story.sees("The seat is allocated").await;
    story.mail("bob@example.org", "You now have full access").await;
    story.enter("Bob").await;
    story.visit(group).await;
    story.sees("Reading Circle of Wittebergen").await;
    story.sees_no("limited").await;
    story.enter("Olive").await;
    story.visit(&format!("{group}/seats")).await;
    story.press("Release the seat: Bob Ray").await;
    story.sees("The seat is free again").await;
    story.enter("Bob").await;
    story.visit(group).await;
    story.sees("Your access is limited until you hold a seat").await;
    story.enter("Olive").await;
    story.visit(&format!("{group}/seats")).await;
    // Several at once, ticked by a press on the name.
    story.press_on("//ul[contains(@class, 'rows')]//input[@type='checkbox']").await;
    story.click("Allocate to those ticked").await;
    story.sees("The seats are allocated").await;
}

async fn s0_3_the_group_stands_in_the_menu(story: &Story, group: &str) {
    story.visit("/profile").await;
    let way = format!("//a[@aria-describedby='menu-administer' and @href='{group}/members']");
    assert!(story.has(&way).await, "{}", story.text().await);
    story.act("Olive Schreiner", "Reading Circle of Wittebergen").await;
    story.sees("Bob Ray").await;
    assert_eq!(story.path().await, format!("{group}/members"));
}

async fn s0_7_several_administer_and_one_is_removed(story: &Story, group: &str) {
    story.act("Actions for Bob Ray", "Change role").await;
    story.click("Administrator").await;
    story.click("Change role").await;
    story.sees("The new role holds from now on").await;
    story.visit(&format!("{group}/add-member")).await;
    story.fill("Name", "Dan Leno").await;
    story.click("Add a person").await;
    story.sees("The person is a member now").await;
    // Bob administers, too, from his next click on; the owner is not his to touch, and nobody is left without one (S0.14).
    story.enter("Bob").await;
    story.visit(&format!("{group}/members")).await;
    let menu = "//summary[@aria-label='Actions for Olive Schreiner']/..";
    for action in ["Remove", "Change role", "Suspend"] {
        assert!(!story.has(&format!("{menu}//*[normalize-space(.)='{action}']")).await, "{}", story.text().await);
    }
    story.act("Actions for Dan Leno", "Remove").await;
    story.sees("Access ends at once").await;
    story.click("Remove").await;
    story.sees("The member is removed").await;
    story.sees_no("Dan Leno").await;
}

async fn s0_13_only_the_operator_sells_seats(story: &Story, group: &str) {
    story.enter("Ada").await;
    story.visit("/operator").await;
    story.click("Reading Circle of Wittebergen").await;
    story.fill("Plan", "Group of five").await;
    story.fill("Number of seats", "5").await;
    story.click_in("/subscription", "Save").await;
    story.sees("What was sold holds from now on").await;
    story.enter("Bob").await;
    story.visit(&format!("{group}/subscription")).await;
    story.sees("Group of five").await;
    story.visit("/operator").await;
    story.sees("This is not open to you").await;
}

async fn s0_14_the_operator_gives_the_group_another_owner(story: &Story, group: &str) {
    story.enter("Ada").await;
    story.visit("/operator").await;
    story.click("Reading Circle of Wittebergen").await;
    story.fill("E-mail address of the member", "bob@example.org").await;
    story.click("Make this member the owner").await;
    story.sees("The organization has another owner").await;
    story.enter("Olive").await;
    story.visit(&format!("{group}/log")).await;
    story.sees("Ada Lovelace (operator)").await;
    story.visit(&format!("{group}/members")).await;
    let owner = "//li[contains(., 'Bob Ray')]//span[contains(@class, 'badge') and normalize-space(.)='Owner']";
    assert!(story.has(owner).await, "{}", story.text().await);
}
