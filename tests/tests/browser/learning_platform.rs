//! S2: a platform that invites by a list of addresses, by account set-up, by group and by program.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn s2_1_a_platform_and_its_learners_at_a_desk_in_a_browser() {
    story(Device::Desktop).await;
}

#[tokio::test]
async fn s2_1_a_platform_and_its_learners_on_a_phone_in_a_browser() {
    story(Device::Phone).await;
}

async fn story(device: Device) {
    let story = Story::begin(device).await;
    let platform = story.founds("Learning platform", "Polytechnic").await;
    let group = s2_10_a_group_has_an_id(&story, &platform).await;
    let program = s2_4_a_group_attends_a_program(&story, &platform).await;
    let session = s2_5_mail_for_a_session_waits_for_its_start(&story, &program).await;
    s2_1_every_address_of_a_list_has_its_own_outcome(&story, &platform).await;
    s2_2_role_group_and_an_end_are_chosen(&story, &platform).await;
    s2_3_the_first_sign_in_asks_for_names_and_a_password(&story).await;
    s2_4_whoever_came_into_the_group_is_enrolled(&story, &session).await;
    s2_6_one_account_is_set_up_with_an_initial_password(&story, &platform).await;
    s2_11_a_group_takes_addresses(&story, &group).await;
    s2_13_a_session_takes_groups_learners_and_addresses(&story, &session).await;
    s2_12_role_and_end_change_later(&story, &platform).await;
    story.end().await;
}

async fn s2_10_a_group_has_an_id(story: &Story, platform: &str) -> String {
    story.click("Groups").await;
    story.sees("There is no group yet").await;
    story.fill("Name of the group", "Observatory").await;
    story.click("Make the group").await;
    story.sees("The group is made").await;
    let group = story.path().await;
    story.visit(&format!("{platform}/groups")).await;
    story.sees(group.rsplit('/').next().unwrap_or_default()).await;
    story.sees("Export as CSV").await;
    group
}

async fn s2_4_a_group_attends_a_program(story: &Story, platform: &str) -> String {
    story.visit(&format!("{platform}/programs")).await;
    story.fill("Name of the program", "Looking at stars").await;
    story.fill("Your own words", "Bring a warm coat.").await;
    story.click("Observatory").await;
    story.click("Make the program").await;
    story.sees("The program is made").await;
    story.path().await
}

async fn s2_5_mail_for_a_session_waits_for_its_start(story: &Story, program: &str) -> String {
    assert_eq!(story.path().await, program);
    story.fill("Title", "Lenses").await;
    story.set("starts_at", "2199-05-04T09:30").await;
    story.set("ends_at", "2199-05-06T17:00").await;
    story.click("Plan the session").await;
    story.sees("The session is planned").await;
    story.sees("gets a mail on 4 May 2199").await;
    story.path().await
}

async fn s2_1_every_address_of_a_list_has_its_own_outcome(story: &Story, platform: &str) {
    story.visit(&format!("{platform}/invite")).await;
    story.fill("E-mail addresses", "Joan Clarke <joan@example.org>, ada@example.org; nobody@").await;
    // Judged while one types, before anything is sent.
    story.sees("1 of 3 can be invited").await;
    story.sees("Nothing has been sent yet").await;
    story.click("Invite").await;
    story.sees("What became of each address").await;
    story.sees("This is not an e-mail address").await;
    assert!(story.has("//textarea[@id='addresses' and contains(., 'nobody@')]").await, "what was not invited stays");
    story.mail("joan@example.org", "/i/mli_").await;
}

async fn s2_2_role_group_and_an_end_are_chosen(story: &Story, platform: &str) {
    story.visit(&format!("{platform}/invite")).await;
    story.fill("E-mail addresses", "zoe@example.org").await;
    story.click("Author").await;
    story.click("Observatory").await;
    story.click("Message, language, dates and delivery").await;
    story.set("deactivates_at", "2199-12-31").await;
    story.click("Invite").await;
    story.sees("Invited. The mail is on its way").await;
}

async fn s2_3_the_first_sign_in_asks_for_names_and_a_password(story: &Story) {
    for (who, address, first, last) in
        [("Joan", "joan@example.org", "Joan", "Clarke"), ("Zoë", "zoe@example.org", "Zoë", "Quiñones")]
    {
        story.enter(who).await;
        story.opens("/i/", address).await;
        story.fill("First name", first).await;
        story.fill("Last name", last).await;
        story.fill("Password", PASSWORD).await;
        story.click("Accept the invitation").await;
        story.sees("You here").await;
    }
    story.sees("Author").await;
    story.sees("Your access ends on 31 December 2199").await;
}

async fn s2_4_whoever_came_into_the_group_is_enrolled(story: &Story, session: &str) {
    story.enter("Ada").await;
    story.visit(session).await;
    story.sees("Zoë Quiñones").await;
    story.sees("Group: Observatory").await;
    story.sees_no("Joan Clarke").await;
    // S2.5: nobody has heard of the session yet.
    let mails = story.server.mails().await;
    assert!(mails.iter().all(|(_, text)| !text.contains("warm coat")), "{mails:#?}");
}

async fn s2_6_one_account_is_set_up_with_an_initial_password(story: &Story, platform: &str) {
    story.visit(&format!("{platform}/add-member")).await;
    story.fill("First name", "Hedy").await;
    story.fill("Last name", "Lamarr").await;
    story.fill("Username", "lamarr").await;
    story.fill("Initial password", "first come and choose your own").await;
    story.click("Add a person").await;
    story.sees("The person is a member now").await;
    story.enter("Hedy").await;
    story.visit("/sign-in").await;
    story.fill("E-mail address or username", "lamarr").await;
    story.fill("Password", "first come and choose your own").await;
    story.click("Sign in").await;
    story.sees("New password").await;
    story.fill("New password", PASSWORD).await;
    story.fill("Present password", "first come and choose your own").await;
    story.click("Save").await;
    story.click("Polytechnic").await;
    story.sees("Trainee").await;
}

async fn s2_11_a_group_takes_addresses(story: &Story, group: &str) {
    story.enter("Ada").await;
    story.visit(group).await;
    story.fill("E-mail addresses", "joan@example.org; new.owl@example.org").await;
    story.click("Bring them in").await;
    story.sees("What became of each").await;
    story.sees("Added").await;
    story.sees("Invited").await;
    story.mail("new.owl@example.org", "Your role: trainee").await;
    story.fill("Or find a member by name", "hedy").await;
    story.click("Search").await;
    story.click("Bring in: Hedy Lamarr").await;
    story.sees("The member is in the group").await;
    story.click("Take out: Hedy Lamarr").await;
    story.sees("The member is not in the group any more").await;
}

async fn s2_13_a_session_takes_groups_learners_and_addresses(story: &Story, session: &str) {
    story.visit(session).await;
    story.sees("Joan Clarke").await;
    story.fill("Or find a member by name", "lamarr").await;
    story.click("Search").await;
    story.click("Bring in: Hedy Lamarr").await;
    story.sees("Enrolled.").await;
    story.sees("By name").await;
    story.fill("E-mail addresses", "slide.ruler@example.org").await;
    story.click("Enrol").await;
    story.sees("What became of each").await;
    story.mail("slide.ruler@example.org", "/i/mli_").await;
    story.click("Take out: Hedy Lamarr").await;
    story.sees("Taken out").await;
}

async fn s2_12_role_and_end_change_later(story: &Story, platform: &str) {
    story.visit(&format!("{platform}/members")).await;
    story.click("Joan Clarke").await;
    story.click("Change role").await;
    story.click("Author").await;
    story.click("Change role").await;
    story.sees("The new role holds from now on").await;
    story.click("Joan Clarke").await;
    story.click("Set an end date").await;
    story.set("at", "2199-01-01").await;
    story.click("Set an end date").await;
    story.sees("Access ends by itself on that day").await;
    story.enter("Joan").await;
    story.visit(platform).await;
    story.sees("Your access ends on 1 January 2199").await;
}
