//! Serving: listen, work in the background, and end in order when asked to (F32).

use std::net::SocketAddr;
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::{App, Parts};
use crate::config::{ConfigError, Settings};

/// How long requests in flight may take once the server was asked to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until a signal asks it to end; then finishes what was begun.
///
/// # Errors
/// [`ConfigError`] says which setting cannot be used, and why.
pub async fn serve(settings: &Settings) -> Result<(), ConfigError> {
    let cannot = |error| ConfigError::new(format!("`listen`: {} cannot be listened on: {error}", settings.listen));
    let listener = TcpListener::bind(settings.listen).await.map_err(cannot)?;
    let settings = &settings.clone().listening_on(listener.local_addr().map_err(cannot)?);
    let app = App::new(settings, Parts::real(settings).await?)?;
    announce(settings, &app).await;
    let (stop, stopped) = watch::channel(false);
    let courier = tokio::spawn({
        let stopped = ended(stopped.clone());
        async move { app.courier.run(stopped).await }
    });
    let sweeper = tokio::spawn({
        let stopped = ended(stopped.clone());
        async move { app.sweeper.run(stopped).await }
    });
    let importer = tokio::spawn({
        let stopped = ended(stopped.clone());
        async move { app.importer.run(stopped).await }
    });
    let serving = tokio::spawn({
        let stopped = ended(stopped);
        let service = app.router.into_make_service_with_connect_info::<SocketAddr>();
        async move { axum::serve(listener, service).with_graceful_shutdown(stopped).await }
    });
    asked_to_end().await;
    tracing::info!("ending: no new requests are taken");
    let _ = stop.send(true);
    for task in [tokio::spawn(async move { drop(serving.await) }), courier, sweeper, importer] {
        if tokio::time::timeout(GRACE, task).await.is_err() {
            tracing::warn!("what was still running after {} seconds was cut off", GRACE.as_secs());
        }
    }
    Ok(())
}

async fn announce(settings: &Settings, app: &App) {
    println!("Membership listens on http://{}", settings.listen);
    println!("  pages     {}", settings.public_url);
    println!("  API       {}/docs", settings.public_url);
    if settings.smtp_url.is_none() {
        println!("  mailbox   {}/dev/mailbox  (development: no mail leaves this machine)", settings.public_url);
    }
    match app.accounts.first_operator_link().await {
        Ok(Some(link)) => {
            println!();
            println!("Nobody has set up this deployment yet. Open this link once to become its operator:");
            println!("  {}/set-up/{}", settings.public_url, link.expose_secret());
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "cannot tell whether the deployment has an operator"),
    }
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

async fn asked_to_end() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
