// The face of liuhen-verify: its command line, its report as text or JSON, its exit code.
#include "server/clock.hpp"
#include "server/tools/verify.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace liuhen::server::verify {
namespace {

using nlohmann::json;

constexpr int sound = 0;
constexpr int broken = 1;
constexpr int could_not_look = 2;
constexpr std::chrono::seconds told_every{5};
constexpr std::chrono::hours one_day{24};

struct Words {
    std::string from, to;
    enum class Form : std::uint8_t { text, as_json } form{};
};

// A day in China, or an instant with its zone.
std::optional<Instant> time_of(const std::string& text, Duration after_day) {
    if (const auto instant = parse_iso(text)) return instant;
    const auto midnight = parse_iso(text + "T00:00:00+08:00");
    if (!midnight) return std::nullopt;
    return *midnight + after_day;
}

std::optional<Instant> option_time(const char* flag, const std::string& text, Duration after_day) {
    if (text.empty()) return std::nullopt;
    const auto time = time_of(text, after_day);
    if (!time)
        throw CLI::ValidationError{flag,
                                   "2026-11-22 or 2026-11-22T08:00:00Z expected, not " + text};
    return time;
}

struct Teller : Progress {
    explicit Teller(std::ostream& stream) : out(stream) {}
    void at(const Report& report) override {
        const auto now = monotonic();
        if (now - told < told_every) return;
        told = now;
        const auto elapsed = std::chrono::duration<double>(now - begun).count();
        out << "verified " << report.records << " records and " << report.lists << " lists, "
            << static_cast<std::uint64_t>(static_cast<double>(report.records) / elapsed)
            << " records/s, " << report.faults << " faults\n"
            << std::flush;
    }
    std::ostream& out;
    Monotonic begun = monotonic();
    Monotonic told = begun;
};

json to_json(const Finding& one) {
    json said{{"fault", code(one.fault)}, {"detail", one.detail}};
    if (!one.manifest.empty()) said["manifest"] = one.manifest;
    if (one.version != 0) said["version"] = one.version;
    if (one.list != 0) said["list"] = one.list;
    if (!one.field.empty()) said["field"] = one.field;
    return said;
}

void say_json(const Report& report, std::ostream& out) {
    json said{{"sound", report.sound()},   {"manifests", report.manifests},
              {"records", report.records}, {"lists", report.lists},
              {"faults", report.faults},   {"findings", json::array()},
              {"notes", report.notes}};
    for (const Finding& one : report.findings) said["findings"].push_back(to_json(one));
    out << said.dump(2) << '\n';
}

void say_text(const Report& report, std::ostream& out) {
    for (const Finding& one : report.findings) {
        out << code(one.fault);
        if (!one.manifest.empty()) out << " manifest " << one.manifest;
        if (one.version != 0) out << " version " << one.version;
        if (one.list != 0) out << " list " << one.list;
        if (!one.field.empty()) out << ' ' << one.field;
        out << ": " << one.detail << '\n';
    }
    for (const auto& note : report.notes) out << "note: " << note << '\n';
    out << report.manifests << " manifests, " << report.records << " records, " << report.lists
        << " lists: ";
    if (report.sound())
        out << "sound 完好\n";
    else
        out << report.faults << " faults 已被改动\n";
}

void declare(CLI::App& program, Options& options, Words& words) {
    program.add_option("--database", options.database, "libpq connection string without user")
        ->envname("LIUHEN_DATABASE")
        ->required();
    program.add_option("--role", options.role, "database role to read as")
        ->check(CLI::IsMember({"liuhen_reader", "liuhen_owner"}))
        ->capture_default_str();
    program.add_option("--manifest", options.manifest, "number or id of one manifest");
    program.add_option("--from", words.from, "manifests made from this day or instant on");
    program.add_option("--to", words.to, "manifests made up to this day, or before this instant");
    program.add_option("--anchors", options.anchors, "folder of the signed lists")
        ->envname("LIUHEN_ANCHORS");
    program.add_option("--key", options.keys, "file of trusted public keys; again for more")
        ->allow_extra_args(false);
    program.add_flag_callback(
        "--json", [&words] { words.form = Words::Form::as_json; }, "the report as JSON");
    program.footer("exit code: 0 sound, 1 broken, 2 could not look");
}

}  // namespace

int main_of(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    Options options;
    Words words;
    CLI::App program{"Checks that the history of manifests is what it was.", "liuhen-verify"};
    declare(program, options, words);
    try {
        program.parse(argc, argv);
        options.from = option_time("--from", words.from, Duration{0});
        options.to = option_time("--to", words.to, one_day);
    } catch (const CLI::ParseError& fault) {
        return program.exit(fault, out, err) == 0 ? sound : could_not_look;
    }
    try {
        Teller teller{err};
        const Report report = verify(options, teller);
        words.form == Words::Form::as_json ? say_json(report, out) : say_text(report, out);
        return report.sound() ? sound : broken;
    } catch (const std::exception& fault) {
        err << "liuhen-verify: " << fault.what() << '\n';
        return could_not_look;
    }
}

}  // namespace liuhen::server::verify
