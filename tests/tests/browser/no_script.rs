//! The main job of every preset with scripts switched off: invited, accepted, there.

use membership_tests::deployment::PASSWORD;
use membership_tests::story::{Device, Story};

#[tokio::test]
async fn the_main_job_of_every_preset_is_done_without_a_script_in_a_browser() {
    let story = Story::begin(Device::Phone).await;
    story.without_scripts().await;
    let presets = [
        ("Team", "Member", ""),
        ("Group subscription", "Member", ""),
        ("Learning platform", "Trainee", ""),
        ("Account", "Editor", ""),
        ("Member portal", "Member", "roster"),
    ];
    for (index, (preset, role, way)) in presets.into_iter().enumerate() {
        story.enter("Ada").await;
        let organization = story.founds(preset, &format!("{preset} without a script")).await;
        let (name, address) = (format!("Nora Plain{index}"), format!("nora{index}@example.org"));
        if way == "roster" {
            story.visit(&format!("{organization}/add-member")).await;
            story.fill("Name", &name).await;
            story.fill("E-mail address", &address).await;
            story.click("Add a person").await;
            story.sees("The person is a member now").await;
            story.click("Without a login").await;
            story.click("Write to all who match").await;
            story.click("Send now").await;
            story.sees("The round has begun").await;
        } else {
            story.invites(&organization, &address, role).await;
        }
        story.enter(&name).await;
        match preset {
            "Group subscription" => {
                story.opens("/i/", &address).await;
                story.fill("Your name", &name).await;
                story.click("Register").await;
                story.sees("We have written to the invited address").await;
                story.opens("/login/", &address).await;
                story.click("Sign in").await;
                story.fill("New password", PASSWORD).await;
                story.click("Save").await;
            }
            "Learning platform" => {
                story.opens("/i/", &address).await;
                story.fill("First name", "Nora").await;
                story.fill("Last name", &format!("Plain{index}")).await;
                story.fill("Password", PASSWORD).await;
            }
            "Member portal" => {
                story.opens("/join/", &address).await;
                story.fill("Username", "nora.plain").await;
                story.fill("Password", PASSWORD).await;
                story.click("Set up my login").await;
            }
            _ => {
                story.opens("/i/", &address).await;
                story.fill("Your name", &name).await;
                story.fill("Password", PASSWORD).await;
            }
        }
        if way.is_empty() {
            story.click("Accept the invitation").await;
        }
        story.sees("You here").await;
        assert_eq!(story.path().await, organization);
        story.enter("Ada").await;
        story.visit(&format!("{organization}/members")).await;
        story.sees(&name).await;
    }
    story.end().await;
}
