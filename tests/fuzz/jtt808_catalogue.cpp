// Every body that can be read can be written, and is then read as the same message.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"

#include <algorithm>
#include <cstdlib>

using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const ByteView input = std::as_bytes(std::span{data, size});
    const auto rows = catalogue();
    const auto choice = std::to_integer<std::size_t>(input[0]);
    const CatalogueRow& row = rows[(choice >> 1U) % rows.size()];
    const Edition edition = (choice & 1U) != 0 ? Edition::v2019 : Edition::v2013;
    const auto message = decode(row.id, edition, input.subspan(1));
    if (!message) return 0;
    const Bytes body = encode(*message, edition);
    const auto* const position = std::get_if<Position>(&*message);
    if (position != nullptr) {
        for (const Item& item : position->items) {
            for (const ItemField& field : item_fields(item)) (void)measure(field, item);
        }
    }
    const bool exact = position != nullptr || std::holds_alternative<Batch>(*message);
    if (exact && !std::ranges::equal(body, input.subspan(1))) std::abort();
    return 0;
}
