//! S1: an organization with an owner, admins and members, joined by a one-time link.

use membership_tests::story::{Device, Story};

#[tokio::test]
async fn s1_1_an_organization_and_its_members_at_a_desk_in_a_browser() {
    story(Device::Desktop).await;
}

#[tokio::test]
async fn s1_1_an_organization_and_its_members_on_a_phone_in_a_browser() {
    story(Device::Phone).await;
}

async fn story(device: Device) {
    let story = Story::begin(device).await;
    let team = s1_2_the_creator_is_the_owner(&story).await;
    s1_1_members_and_below_them_outstanding_invitations(&story, &team).await;
    s1_6_the_link_works_for_seven_days_and_once(&story).await;
    s1_7_new_and_existing_users_land_in_the_organization(&story, &team).await;
    s1_9_each_row_offers_what_its_viewer_may_do(&story, &team).await;
    s1_5_an_admin_changes_templates_and_a_member_does_not(&story, &team).await;
    s1_3_an_admin_invites_members_only_and_a_member_nobody(&story, &team).await;
    s1_8_an_outstanding_invitation_is_deleted_an_accepted_one_is_not(&story, &team).await;
    s1_10_a_change_of_role_holds_from_the_next_click_on(&story, &team).await;
    s1_11_the_former_owner_is_an_admin(&story, &team).await;
    s1_4_only_the_owner_transfers_and_deletes(&story, &team).await;
    s1_12_anyone_but_the_owner_leaves(&story, &team).await;
    story.end().await;
}

async fn s1_2_the_creator_is_the_owner(story: &Story) -> String {
    let team = story.founds("Team", "Acme Observatory").await;
    story.click("Members").await;
    assert!(has_role(story, "Ada Lovelace", "Owner").await, "{}", story.text().await);
    story.sees("No invitation is outstanding").await;
    team
}

async fn has_role(story: &Story, name: &str, role: &str) -> bool {
    let badge = format!("//span[contains(@class, 'badge') and normalize-space(.)='{role}']");
    story.has(&format!("//li[contains(., '{name}')]{badge}")).await
}

async fn s1_1_members_and_below_them_outstanding_invitations(story: &Story, team: &str) {
    story.click("Invite people").await;
    story.fill("E-mail addresses", "Bob Ray <bob@example.org>; dora@example.org").await;
    story.click("Admin").await;
    story.click("Invite").await;
    story.sees("Invited. The mail is on its way").await;
    story.invites(team, "cleo@example.org", "Member").await;
    let below = "//h2[contains(., 'Outstanding invitations')]/following::li[contains(., 'cleo@example.org')]";
    assert!(story.has(below).await, "{}", story.text().await);
}

async fn s1_6_the_link_works_for_seven_days_and_once(story: &Story) {
    story.enter("Bob").await;
    for _ in 0..2 {
        story.opens("/i/", "bob@example.org").await;
        story.sees("Ada Lovelace invites you").await;
        let address = story.page.current_url().await.unwrap();
        assert!(!address.as_str().contains("mli_"), "the address shows no secret: {address}");
    }
    let until = story.script("return document.querySelector('time').dateTime").await;
    let days = story.script(&format!("return Math.round((new Date({until}) - new Date()) / 864e5)")).await;
    assert_eq!(days, 7);
    story.fill("Your name", "Bob Ray").await;
    story.click("Accept the invitation").await;
    story.sees("You here").await;
    story.opens("/i/", "bob@example.org").await;
    story.sees("The invitation was accepted").await;
}

async fn s1_7_new_and_existing_users_land_in_the_organization(story: &Story, team: &str) {
    // Bob was new; he stands where he landed.
    story.visit("/organizations").await;
    story.click("Acme Observatory").await;
    assert_eq!(story.path().await, *team);
    // He exists when he is invited elsewhere: signed in he confirms, and in another browser he types his address.
    story.enter("Ada").await;
    for (name, entering) in [("Second Observatory", "Bob"), ("Third Observatory", "Bob elsewhere")] {
        let other = story.founds("Team", name).await;
        story.invites(&other, "bob@example.org", "Member").await;
        story.mail("bob@example.org", name).await;
        story.enter(entering).await;
        story.opens("/i/", "bob@example.org").await;
        story.sees(name).await;
        if entering == "Bob" {
            story.sees("You are signed in as Bob Ray").await;
        } else {
            story.fill("Your e-mail address", "bob@example.org").await;
        }
        story.click("Accept the invitation").await;
        story.sees("You here").await;
        assert_eq!(story.path().await, other);
        story.enter("Ada").await;
    }
    story.enter("Cleo").await;
    story.opens("/i/", "cleo@example.org").await;
    story.fill("Your name", "Cleo Ma").await;
    story.click("Accept the invitation").await;
    story.sees("You here").await;
}

async fn s1_9_each_row_offers_what_its_viewer_may_do(story: &Story, team: &str) {
    story.enter("Bob").await;
    story.visit(&format!("{team}/members")).await;
    assert!(!story.has("//summary[@aria-label='Actions for Ada Lovelace']").await, "nothing can be done to the owner");
    assert!(story.has("//summary[@aria-label='Actions for Cleo Ma']").await, "{}", story.text().await);
    // Why not more is said where somebody administers.
    story.click("Ada Lovelace").await;
    story.click("Why can't I do more?").await;
    story.sees("Only the owner").await;
    story.enter("Cleo").await;
    story.visit(&format!("{team}/members")).await;
    assert!(!story.has("//summary[@aria-label='Actions for Bob Ray']").await, "a member administers nobody");
}

async fn s1_5_an_admin_changes_templates_and_a_member_does_not(story: &Story, team: &str) {
    assert!(!story.has("//nav//a[contains(., 'Mail texts')]").await, "a member is not offered the mail texts");
    story.visit(&format!("{team}/templates")).await;
    story.sees("This is not open to you").await;
    story.enter("Bob").await;
    story.visit(team).await;
    story.click("Mail texts").await;
    story.press("Invitation: English").await;
    story.fill("Subject", "The observatory awaits you").await;
    story.click("Save").await;
    story.sees("The text is saved").await;
}

async fn s1_3_an_admin_invites_members_only_and_a_member_nobody(story: &Story, team: &str) {
    story.visit(&format!("{team}/invite")).await;
    story.sees("Invite people").await;
    assert!(!story.has("//input[@type='radio' and @value='admin']").await, "an admin is offered to invite admins");
    story.fill("E-mail addresses", "eve@example.org").await;
    story.click("Invite").await;
    story.sees("eve@example.org").await;
    story.mail("eve@example.org", "The observatory awaits you").await;
    story.enter("Cleo").await;
    story.visit(team).await;
    assert!(!story.has("//main//a[contains(., 'Invite people')]").await, "a member invites nobody");
    story.visit(&format!("{team}/invite")).await;
    story.sees("This is not open to you").await;
}

async fn s1_8_an_outstanding_invitation_is_deleted_an_accepted_one_is_not(story: &Story, team: &str) {
    story.enter("Ada").await;
    story.visit(&format!("{team}/members")).await;
    story.act("Actions for the invitation to dora@example.org", "Withdraw").await;
    story.click("Withdraw").await;
    story.sees("The invitation is withdrawn").await;
    story.click("Accepted").await;
    story.sees("bob@example.org").await;
    assert!(!story.has("//summary[contains(@aria-label, 'bob@example.org')]").await, "it was accepted");
    story.enter("Dora").await;
    story.opens("/i/", "dora@example.org").await;
    story.sees("The invitation was withdrawn").await;
}

async fn s1_10_a_change_of_role_holds_from_the_next_click_on(story: &Story, team: &str) {
    story.enter("Ada").await;
    story.visit(&format!("{team}/members")).await;
    story.act("Actions for Bob Ray", "Change role").await;
    story.click("Member").await;
    story.click("Change role").await;
    story.sees("The new role holds from now on").await;
    story.enter("Bob").await;
    story.visit(&format!("{team}/invite")).await;
    story.sees("This is not open to you").await;
}

async fn s1_11_the_former_owner_is_an_admin(story: &Story, team: &str) {
    story.enter("Ada").await;
    story.visit(&format!("{team}/members")).await;
    story.act("Actions for Bob Ray", "Transfer ownership").await;
    story.sees("You stay as Admin").await;
    story.click("Transfer ownership").await;
    story.sees("The ownership is transferred").await;
    assert!(has_role(story, "Bob Ray", "Owner").await, "{}", story.text().await);
    assert!(has_role(story, "Ada Lovelace", "Admin").await, "{}", story.text().await);
}

async fn s1_4_only_the_owner_transfers_and_deletes(story: &Story, team: &str) {
    story.visit(&format!("{team}/members")).await;
    story.click("Cleo Ma").await;
    assert!(!story.has("//main//a[contains(., 'Transfer ownership')]").await, "Ada owns it no more");
    story.visit(&format!("{team}/settings")).await;
    story.sees_no("Delete the organization").await;
    story.enter("Bob").await;
    story.visit(&format!("{team}/settings")).await;
    story.sees("Delete the organization").await;
    story.fill("Type the organization's name to confirm", "Acme").await;
    story.click("Delete for good").await;
    story.sees("nothing was deleted").await;
}

async fn s1_12_anyone_but_the_owner_leaves(story: &Story, team: &str) {
    story.visit(team).await;
    assert!(!story.has("//main//a[normalize-space(.)='Leave']").await, "the owner cannot leave");
    story.enter("Ada").await;
    story.visit(team).await;
    story.click("Leave").await;
    story.sees("Your access ends at once").await;
    story.click("Leave").await;
    story.sees("You have left the organization").await;
    story.visit(&format!("{team}/members")).await;
    story.sees("There is nothing here").await;
}
