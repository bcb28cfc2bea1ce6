// What a person pastes into `./liuhen decode`.
#include "server/tools/decode.hpp"
#include "telematics/text.hpp"
#include "tests/fuzz/parsers.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::test {

using namespace telematics;

// The last bit of the first byte says whether the rest is the line itself or its bytes in hex, the
// others choose the model. Whatever the line holds, one line of JSON is printed.
void parse_decode_line(ByteView input) {
    if (input.empty()) return;
    const auto first = std::to_integer<std::size_t>(input[0]);
    const ByteView rest = input.subspan(1);
    const bool as_it_is = first % 2 == 1;
    const std::string_view text{reinterpret_cast<const char*>(rest.data()), rest.size()};
    const std::string line = as_it_is ? std::string{text} : to_hex(rest);
    const auto& models = known_profiles();
    const auto shown = server::tools::decode_line(line, models[first / 2 % models.size()]);
    if (!shown) return;
    require(shown->json.find('\n') == std::string::npos, "a line is answered with one line");
    require(nlohmann::json::accept(shown->json), "what is printed is JSON");
}

}  // namespace liuhen::test
