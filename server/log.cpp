#include "server/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cmath>
#include <memory>

namespace liuhen::server::log {
namespace {

// spdlog writes the frame of each line; what lies between `"event"` and the brace is ours.
constexpr const char* line_pattern = R"({"at":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
constexpr std::size_t max_value_bytes = 2'000;

std::shared_ptr<spdlog::logger> make_logger(spdlog::sink_ptr sink,
                                            spdlog::level::level_enum least) {
    auto logger = std::make_shared<spdlog::logger>("liuhen", std::move(sink));
    logger->set_formatter(
        std::make_unique<spdlog::pattern_formatter>(line_pattern, spdlog::pattern_time_type::utc));
    logger->set_level(least);
    logger->flush_on(spdlog::level::info);
    return logger;
}

// The one sink of the process, which spdlog's own registry holds.
spdlog::logger& sink() {
    if (spdlog::default_logger_raw()->name() != "liuhen") {
        spdlog::set_default_logger(
            make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::level::warn));
    }
    return *spdlog::default_logger_raw();
}

constexpr std::array spdlog_levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                   spdlog::level::err};

void write(Level level, std::string_view event, Fields fields) {
    auto& logger = sink();
    const auto severity = spdlog_levels[static_cast<std::size_t>(level)];
    if (!logger.should_log(severity)) return;
    std::string line = R"("event":)" + quoted(event);
    for (const Field& field : fields) {
        line += ',' + quoted(field.name) + ':' + field.json;
    }
    logger.log(severity, spdlog::string_view_t{line});
}

// Length of the UTF-8 character at the front of `text`; 0 when the bytes are not one.
std::size_t character_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80                    ? 1
                               : lead >= 0xC2 && lead < 0xE0  ? 2
                               : lead >= 0xE0 && lead < 0xF0  ? 3
                               : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 0;
    }
    return length;
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (text = text.substr(0, max_value_bytes); !text.empty();) {
        const std::size_t length = character_length(text);
        const char first = text[0];
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (first == '"' || first == '\\') {
            out += {'\\', first};
        } else if (static_cast<unsigned char>(first) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(first));
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out + '"';
}

Field::Field(std::string_view called, std::string_view text) : name(called), json(quoted(text)) {}

Field::Field(std::string_view called, double number)
    : name(called), json(std::isfinite(number) ? fmt::format("{}", number) : "null") {}

void open(const std::string& path, Level least) {
    spdlog::sink_ptr to;
    if (path == "-") {
        to = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
        to = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
    }
    const auto severity = spdlog_levels[static_cast<std::size_t>(least)];
    spdlog::set_default_logger(make_logger(std::move(to), severity));
}

void flush() { sink().flush(); }
void debug(std::string_view event, Fields fields) { write(Level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(Level::info, event, fields); }
void warn(std::string_view event, Fields fields) { write(Level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(Level::error, event, fields); }

}  // namespace liuhen::server::log
