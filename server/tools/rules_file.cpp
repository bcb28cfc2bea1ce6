#include "server/tools/rules_file.hpp"

#include "server/json/parse.hpp"
#include "server/json/rule_set_json.hpp"
#include "server/tools/replay_csv.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::replay {

Result<geofence::RuleSet, FileFault> read_rules(const std::filesystem::path& file) {
    const auto text = read_file(file);
    if (!text) return fail(FileFault{text.error()});
    const auto document = parse_json(*text);
    if (!document) {
        const JsonFault& wrong = document.error();
        return fail(FileFault{file.string() + ": " + wrong.code + " " + wrong.detail});
    }
    Faults faults;
    auto rules = read_rule_set(*document, "", faults);
    if (rules) return *std::move(rules);
    std::string all;
    for (const Fault& one : faults) {
        if (!all.empty()) all += '\n';
        all += file.string() + ": " + (one.pointer.empty() ? "/" : one.pointer) + ": " +
               one.message + (one.value.empty() ? "" : " (" + one.value + ")");
    }
    return fail(FileFault{all});
}

}  // namespace liuhen::server::replay
