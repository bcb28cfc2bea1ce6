// The rules of the house that a machine can hold: who includes whom, who reads a clock, how long a
// file is, what may stand in a co_await. Each check is a function from a source to its findings,
// and each has a planted example that proves it can fail.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Source {
    std::string path;  ///< below the repository's root, with '/'
    std::string text;
};
struct Finding {
    std::size_t line{};
    std::string what;
};
using Findings = std::vector<Finding>;

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& heads) {
    return std::any_of(heads.begin(), heads.end(),
                       [text](std::string_view head) { return text.starts_with(head); });
}
bool is_cpp(const Source& source) {
    return source.path.ends_with(".cpp") || source.path.ends_with(".hpp");
}
std::string layer_of(const Source& source) { return source.path.substr(0, source.path.find('/')); }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
    return lines;
}

// Every line that the pattern is found in.
Findings lines_with(const Source& source, const std::regex& pattern, const std::string& what) {
    Findings found;
    const auto lines = lines_of(source.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        std::smatch match;
        if (std::regex_search(lines[i], match, pattern))
            found.push_back({i + 1, what + match.str()});
    }
    return found;
}

struct LayerRow {
    std::string layer, layers;  ///< a layer and, as a pattern, the layers it may not include
    std::string libraries;      ///< system headers it may not include
};
const std::string world =
    "boost/|pqxx/|libpq-fe|spdlog/|fmt/|openssl/|sodium|cjose/|nlohmann/|CLI/|prometheus/|"
    "thread>|mutex>|shared_mutex>|condition_variable>|future>|atomic>";
const std::vector<LayerRow> layers{
    {"base", "telematics|manifest|geofence|print|server|simulators|tests",
     world + "|GeographicLib/"},
    {"telematics", "manifest|geofence|print|server|simulators|tests", world + "|GeographicLib/"},
    {"manifest", "telematics|geofence|print|server|simulators|tests", world + "|GeographicLib/"},
    {"geofence", "telematics|manifest|print|server|simulators|tests", world},
    {"print", "telematics|geofence|server|simulators|tests", world + "|GeographicLib/"},
    {"server", "simulators|tests", "catch2/"},
    {"simulators", "manifest|geofence|print|server|tests", "pqxx/|libpq-fe"},
};

Findings forbidden_includes(const Source& source) {
    for (const LayerRow& row : layers) {
        if (!is_cpp(source) || layer_of(source) != row.layer) continue;
        const std::regex bad{"^\\s*#\\s*include\\s*(\"(" + row.layers + ")/|<(" + row.libraries +
                             "))"};
        return lines_with(source, bad, row.layer + " may not: ");
    }
    return {};
}

Findings beast_in_headers(const Source& source) {
    if (!source.path.ends_with(".hpp") || source.path.starts_with("server/http/")) return {};
    return lines_with(source, std::regex{"#\\s*include\\s*<boost/beast"}, "Beast in a header: ");
}

Findings clock_reads(const Source& source) {
    if (!is_cpp(source) || starts_with_any(source.path, {"server/clock.", "simulators/", "tests/"}))
        return {};
    static const std::regex clock{
        "\\b\\w+_clock::now\\b|\\btime\\s*\\(\\s*(nullptr|NULL|0)\\s*\\)|"
        "\\b(gettimeofday|clock_gettime)\\b"};
    return lines_with(source, clock, "reads a clock: ");
}

Findings long_lines(const Source& source) {
    if (!is_cpp(source)) return {};
    Findings found;
    const auto lines = lines_of(source.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto columns = std::count_if(lines[i].begin(), lines[i].end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // UTF-8 continuation
        });
        if (columns > 100) found.push_back({i + 1, std::to_string(columns) + " columns"});
    }
    return found;
}

Findings long_files(const Source& source) {
    const auto lines = lines_of(source.text).size();
    if (!is_cpp(source) || lines <= 500) return {};
    return {{lines, std::to_string(lines) + " lines"}};
}

Findings leftovers(const Source& source) {
    static const std::regex left{std::string{"\\b(FIX"} + "ME|TO" + "DO|X" + "XX)\\b"};
    return lines_with(source, left, "leftover ");
}

Findings machine_paths(const Source& source) {
    if (source.path.starts_with("tests/")) return {};
    static const std::regex in_code{"(^|[\\s\"'`=:(])/(home|mnt|tmp)/"};
    static const std::regex elsewhere{"(^|[\\s\"'`=:(])/(home|mnt)/"};  // a script may need /tmp
    const std::regex& path = is_cpp(source) ? in_code : elsewhere;
    return lines_with(source, path, "names a machine's path ");
}

// Comments and literals blanked, line breaks kept, so that a brace is a brace.
std::string code_only(const std::string& text) {
    static const std::regex noise{
        R"re(//[^\n]*|/\*[^]*?\*/|R"\(([^]*?)\)"|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])+')re"};
    std::string code;
    auto from = text.begin();
    for (std::sregex_iterator it{text.begin(), text.end(), noise}, end; it != end; ++it) {
        code.append(from, (*it)[0].first);
        std::transform((*it)[0].first, (*it)[0].second, std::back_inserter(code),
                       [](char c) { return c == '\n' ? '\n' : ' '; });
        from = (*it)[0].second;
    }
    return code.append(from, text.end());
}

// The end of a block whose opening brace is the first at or after `at`.
std::size_t past_block(const std::string& code, std::size_t at) {
    int depth = 0;
    for (at = code.find('{', at); at < code.size(); ++at) {
        if (code[at] == '{') ++depth;
        if (code[at] == '}' && --depth == 0) return at + 1;
    }
    return code.size();
}

// g++ 12 destroys a temporary twice when a braced one or a capturing lambda stands in a co_await.
Findings awaited_temporaries(const Source& source) {
    static const std::string word = "co_await";
    if (!is_cpp(source) || source.text.find(word) == std::string::npos) return {};
    const std::string code = code_only(source.text);
    Findings found;
    for (auto at = code.find(word); at != std::string::npos; at = code.find(word, at + 1)) {
        int depth = 0;
        for (std::size_t i = at; i < code.size() && code[i] != ';' && depth >= 0; ++i) {
            if (code.compare(i, 2, "[]") == 0) i = past_block(code, i) - 1;  // captures nothing
            if (code[i] == '(') ++depth;
            if (code[i] == ')') --depth;
            const bool lambda = code[i] == '[' && (code[i + 1] == '&' || code[i + 1] == '=');
            if (code[i] != '{' && !lambda) continue;
            const auto line = std::count(code.begin(), code.begin() + static_cast<long>(at), '\n');
            found.push_back({static_cast<std::size_t>(line) + 1, "temporary inside a co_await"});
            break;
        }
    }
    return found;
}

struct Check {
    const char* rule;
    Findings (*look)(const Source&);
    Source good, bad;
};
const std::vector<Check> checks{
    {"layers include only what is below them",
     forbidden_includes,
     {"geofence/zone.cpp", "#include \"base/geo.hpp\"\n#include <GeographicLib/Geodesic.hpp>\n"},
     {"geofence/zone.cpp", "#include \"telematics/turn.hpp\"\n"}},
    {"the cores know no sockets, threads or databases",
     forbidden_includes,
     {"server/shard.cpp", "#include <thread>\n#include <pqxx/pqxx>\n"},
     {"telematics/turn.cpp", "#include <vector>\n#include <thread>\n"}},
    {"no header outside the HTTP folder includes Beast",
     beast_in_headers,
     {"server/http/session.hpp", "#include <boost/beast/core.hpp>\n"},
     {"server/app.hpp", "#include <boost/beast/core.hpp>\n"}},
    {"one file reads the clock",
     clock_reads,
     {"server/clock.cpp", "return std::chrono::system_clock::now();\n"},
     {"server/app.cpp", "const auto t = std::chrono::steady_clock::now();\n"}},
    {"lines end within 100 columns",
     long_lines,
     {"base/geo.hpp", std::string(100, 'x') + "\n"},
     {"base/geo.hpp", std::string(101, 'x') + "\n"}},
    {"files end within 500 lines",
     long_files,
     {"base/geo.hpp", std::string(500, '\n')},
     {"base/geo.hpp", std::string(501, '\n')}},
    {"nothing is left for later",
     leftovers,
     {"docs/http.md", "mktemp -d liuhen.XXXXXX, todos\n"},
     {"docs/http.md", std::string{"a\n// FIX"} + "ME: later\n"}},
    {"no source names a path of the machine it was written on",
     machine_paths,
     {"server/app.cpp", "open(\"var/tmp/x\"), https://a.example/home/1\n"},
     {"server/app.cpp", "open(\"/tmp/x\")\n"}},
    {"a co_await holds no braced temporary",
     awaited_temporaries,
     {"server/app.cpp", "if (co_await f(a, \"{\")) { g(); }\nco_await h([](int) { return 1; });\n"},
     {"server/app.cpp", "co_await stream.write(Buffer{a}, use);\n"}},
    {"a co_await holds no capturing lambda",
     awaited_temporaries,
     {"server/app.cpp", "auto job = [&] { return 1; };\nco_await on(e, std::move(job));\n"},
     {"server/app.cpp", "x = co_await on(e,\n    [&] { return 1; });\n"}},
};

std::vector<Source> repository() {
    namespace fs = std::filesystem;
    const fs::path root{LIUHEN_SOURCE_DIR};
    static const std::set<std::string> text{".cpp", ".hpp", ".sql",  ".md",  ".txt",  ".sh",
                                            ".py",  ".in",  ".json", ".yml", ".cmake"};
    std::vector<Source> sources;
    for (auto it = fs::recursive_directory_iterator{root}; it != fs::recursive_directory_iterator{};
         ++it) {
        const auto name = it->path().filename().string();
        const auto path = it->path().lexically_relative(root).generic_string();
        if (it->is_directory()) {
            if (name == ".git" || name.starts_with("build") || path == "var")
                it.disable_recursion_pending();
            continue;
        }
        const bool program = it->path().extension().empty() && name != "LICENSE";
        if (!it->is_regular_file() || (!program && !text.contains(it->path().extension())))
            continue;
        std::ifstream in{it->path(), std::ios::binary};
        sources.push_back({path, {std::istreambuf_iterator<char>{in}, {}}});
    }
    return sources;
}

TEST_CASE("every rule of the house lets its good example pass and catches its bad one") {
    for (const Check& check : checks) {
        INFO(check.rule);
        CHECK(check.look(check.good).empty());
        CHECK(check.look(check.bad).size() == 1);
    }
}

TEST_CASE("every file of the repository keeps the rules of the house") {
    const auto sources = repository();
    REQUIRE(std::count_if(sources.begin(), sources.end(), is_cpp) >= 10);
    std::set<Findings (*)(const Source&)> done;
    for (const Check& check : checks) {
        if (!done.insert(check.look).second) continue;
        for (const Source& source : sources) {
            for (const Finding& finding : check.look(source)) {
                FAIL_CHECK(source.path << ':' << finding.line << ": " << finding.what << " ("
                                       << check.rule << ')');
            }
        }
    }
}

}  // namespace
