//! S4: a roster of known members who must each be brought to set up a login.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn s4_1_a_portal_and_its_roster_at_a_desk_in_a_browser() {
    story(Device::Desktop).await;
}

#[tokio::test]
async fn s4_1_a_portal_and_its_roster_on_a_phone_in_a_browser() {
    story(Device::Phone).await;
}

async fn story(device: Device) {
    let story = Story::begin(device).await;
    let portal = story.founds("Member portal", "Rowing Club").await;
    s4_1_one_screen_shows_who_has_no_login(&story, &portal).await;
    s4_2_search_filter_and_write_to_one(&story, &portal).await;
    s4_5_the_personal_link_lets_a_person_choose(&story, &portal).await;
    s4_3_a_round_goes_to_all_who_have_no_login_still(&story, &portal).await;
    s4_8_a_link_made_again_kills_the_earlier_ones(&story, &portal).await;
    s4_7_a_login_is_helped_with(&story, &portal).await;
    s4_4_only_administrators_may(&story, &portal).await;
    story.end().await;
}

async fn s4_1_one_screen_shows_who_has_no_login(story: &Story, portal: &str) {
    for (name, address) in [("Hedy Lamarr", "hedy@example.org"), ("Ida Noddack", "ida@example.org"), ("Jo Nolan", "")] {
        story.visit(&format!("{portal}/add-member")).await;
        story.fill("Name", name).await;
        story.fill("E-mail address", address).await;
        story.click("Add a person").await;
        story.sees("The person is a member now").await;
    }
    story.click("Without a login").await;
    for name in ["Hedy Lamarr", "Ida Noddack", "Jo Nolan", "Never invited (3)"] {
        story.sees(name).await;
    }
    assert!(!story.has("//main//li[contains(., 'Ada Lovelace')]").await, "Ada has a login");
}

async fn s4_2_search_filter_and_write_to_one(story: &Story, portal: &str) {
    story.fill("Search by name, address, number or label", "hedy").await;
    story.click("Search").await;
    story.sees("Hedy Lamarr").await;
    story.sees_no("Ida Noddack").await;
    story.press_on("//input[@type='checkbox' and @name='member']").await;
    story.click("Write to those ticked").await;
    story.sees("One person gets a mail with a personal link").await;
    story.click("Send now").await;
    story.sees("The round has begun").await;
    story.mail("hedy@example.org", "/join/mls_").await;
    story.visit(&format!("{portal}/roster")).await;
    story.click("Never invited (2)").await;
    story.sees("Ida Noddack").await;
    story.sees_no("Hedy Lamarr").await;
}

async fn s4_5_the_personal_link_lets_a_person_choose(story: &Story, portal: &str) {
    story.enter("Hedy").await;
    story.opens("/join/", "hedy@example.org").await;
    story.fill("Username", "lamarr").await;
    story.fill("Password", "qwertyuiop12345").await;
    story.click("Set up my login").await;
    story.sees("one of the most common passwords").await;
    assert!(story.has("//input[@name='username' and @value='lamarr']").await, "what was typed is kept");
    story.fill("Password", PASSWORD).await;
    story.click("Set up my login").await;
    story.sees("You here").await;
    assert_eq!(story.path().await, portal);
    story.enter("Ada").await;
    story.visit(&format!("{portal}/roster")).await;
    story.sees("Ida Noddack").await;
    assert!(!story.has("//main//form/following::li[contains(., 'Hedy Lamarr')]").await, "{}", story.text().await);
}

async fn s4_3_a_round_goes_to_all_who_have_no_login_still(story: &Story, portal: &str) {
    story.click("Write to all who match").await;
    story.sees("One person gets a mail with a personal link").await;
    story.sees("one has no address: hand them their link").await;
    story.click("Send now").await;
    story.sees("The round has begun").await;
    story.mail("ida@example.org", "/join/mls_").await;
    story.visit(&format!("{portal}/roster")).await;
    story.sees("written to in one round").await;
    story.sees("Round 2").await;
}

async fn s4_8_a_link_made_again_kills_the_earlier_ones(story: &Story, portal: &str) {
    story.visit(&format!("{portal}/members")).await;
    story.click("Ida Noddack").await;
    story.click("Send a set-up link").await;
    story.sees("earlier links are dead").await;
    story.click("I hand it over").await;
    story.click("Send a set-up link").await;
    story.sees("Give this link to Ida Noddack and to nobody else").await;
    let link = story.script("return document.getElementById('secret').value").await;
    let link = link.as_str().and_then(|it| it.split_once("/join/")).map(|(_, link)| format!("/join/{link}"));
    story.enter("Ida").await;
    story.opens("/join/", "ida@example.org").await;
    story.sees("A newer link has taken this one's place").await;
    story.visit(&link.expect("the link is shown")).await;
    story.fill("Username", "noddack").await;
    story.fill("Password", PASSWORD).await;
    story.click("Set up my login").await;
    story.sees("You here").await;
}

async fn s4_7_a_login_is_helped_with(story: &Story, portal: &str) {
    story.enter("Ada").await;
    story.visit(&format!("{portal}/members")).await;
    story.click("Ida Noddack").await;
    story.click("Change the login").await;
    story.fill("Username", "ida.noddack").await;
    story.fill("Initial password", "a new one for the elements").await;
    story.click("Change the login").await;
    story.sees("The login is changed").await;
    // Her sign-in has ended at once; she comes in by the initial password, and must choose another.
    story.enter("Ida").await;
    story.visit(portal).await;
    story.fill("E-mail address or username", "ida.noddack").await;
    story.fill("Password", "a new one for the elements").await;
    story.click("Sign in").await;
    story.fill("New password", PASSWORD).await;
    story.fill("Present password", "a new one for the elements").await;
    story.click("Save").await;
    story.sees("Your new password holds from now on").await;
}

async fn s4_4_only_administrators_may(story: &Story, portal: &str) {
    story.visit(portal).await;
    assert!(!story.has("//nav//a[contains(., 'Without a login')]").await, "a member is not offered the roster");
    story.visit(&format!("{portal}/roster")).await;
    story.sees("This is not open to you").await;
}
