//! docs/MIGRATING.md does what it says: its files are written, its commands are run, in order.

use crate::rig::Rig;

/// What is between two fences.
struct Block {
    /// `yaml acme.yaml`, `sh`.
    head: String,
    body: String,
}

pub(crate) async fn run(rig: &Rig) {
    let page = include_str!("../../../docs/MIGRATING.md");
    let folder = rig.folder().join("guide");
    std::fs::create_dir_all(&folder).unwrap();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_livery"))
        .parent()
        .unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let (mut files, mut commands) = (0, 0);
    for block in blocks(page) {
        if let Some((_, name)) = block.head.split_once(' ') {
            std::fs::write(folder.join(name), &block.body).unwrap();
            files += 1;
            continue;
        }
        if block.head != "sh" {
            continue;
        }
        let mut command = std::process::Command::new("sh");
        command
            .args(["-euc", &block.body])
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("LIVERY_SERVER__DATA_DIR", rig.folder().join("data"))
            .current_dir(&folder);
        let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
        let ended = ended.await.unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success(), "{}\n{said}", block.body);
        commands += block.body.matches("livery ").count();
    }
    assert!(
        files >= 4 && commands >= 12,
        "{files} files, {commands} commands"
    );
    let moved = rig.export("acme").await;
    assert_eq!(moved["limits"].as_array().unwrap().len(), 3, "{moved}");
}

fn blocks(page: &str) -> Vec<Block> {
    let mut parts = page.split("\n```");
    parts.next();
    let mut blocks = Vec::new();
    while let Some(part) = parts.next() {
        let (head, body) = part.split_once('\n').unwrap();
        blocks.push(Block {
            head: head.trim().to_owned(),
            body: format!("{body}\n"),
        });
        parts.next();
    }
    blocks
}
