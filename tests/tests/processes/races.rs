//! Seats under fire: the campaign of `cargo xtask race`, as long as a test may be.

use std::time::Instant;

use membership_tests::postgres::fresh_database;
use membership_tests::race::Campaign;

/// Every number of free seats from none to eight, under each policy that limits them.
const ROUNDS: usize = 200;

#[tokio::test]
async fn x_2_sixty_four_rivals_and_exactly_as_many_winners_as_free_seats_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let mut campaign = Campaign::start(folder.path(), &fresh_database().await, 1).await;
    for _ in 0..ROUNDS {
        campaign.round().await;
    }
    let report = campaign.finish().await;
    println!("{} in {:.0?}", report.line(), began.elapsed());
    assert!(30 <= report.mixed && 0 < report.freed, "{report:?}");
}
