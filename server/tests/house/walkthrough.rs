//! The walkthrough must not lie: every file and every function it names exists.

use std::path::Path;

#[test]
fn every_file_and_function_of_the_walkthrough_exists() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let page = std::fs::read_to_string(root.join("docs/walkthroughs/chat-message.md")).unwrap();
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    let gaps: Vec<&str> = page.split('`').skip(2).step_by(2).collect();
    let (mut file, mut files, mut functions) = (None, 0, 0);
    for (index, name) in names.iter().enumerate() {
        if name.contains('/') && (name.starts_with("app/") || name.starts_with("server/")) {
            let path = root.join(name);
            assert!(path.exists(), "{name} does not exist");
            files += 1;
            file = path.is_file().then_some((name, path));
            continue;
        }
        // "`file` · `function`", and "`function` and `function`" right behind it.
        let before = index
            .checked_sub(1)
            .map_or("", |before| gaps[before].trim());
        let Some((file_name, path)) = &file else {
            continue;
        };
        if before == "·" || before == "and" {
            let text = std::fs::read_to_string(path).unwrap();
            assert!(
                text.contains(&format!("fn {name}")),
                "{file_name} has no function `{name}`"
            );
            functions += 1;
        } else {
            file = None;
        }
    }
    assert!(
        files >= 20 && functions >= 15,
        "the page names {files} files and {functions} functions"
    );
}
